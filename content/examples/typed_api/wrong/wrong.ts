import { cancel, type CustomerId, type NewOrder, type Order, type OrderId } from '../src/orders.ts';

const ada = 'c-1' as CustomerId;
const first = 'o-1' as OrderId;
const orders: Record<string, Order> = {};

cancel(orders['o-1'], first, 'wrong size');              // two kinds of id
orders['o-1'].customer;                                  // there may be none
const parcel = (order: Order) => order.tracking;         // only a shipped one has it
const result = cancel(orders['o-1'], ada, 'late');
result.order;                                            // it may have failed
const order: NewOrder = { sku: 'TEA-1', quantity: '2' }; // a text from a form
enum Color { Red }                                       // needs code, not only types
