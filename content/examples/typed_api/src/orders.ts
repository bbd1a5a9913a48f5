import { z } from 'zod';

export type CustomerId = string & { readonly brand: 'CustomerId' };
export type OrderId = string & { readonly brand: 'OrderId' };

// The schema is the one place where unknown becomes a type; the type follows from it.
export const NewOrder = z.strictObject({
  sku: z.string().regex(/^[A-Z]{3}-\d+$/),
  quantity: z.int().min(1).max(99),
});
export type NewOrder = z.infer<typeof NewOrder>;

export type Order =
  | { status: 'open'; id: OrderId; customer: CustomerId }
  | { status: 'shipped'; id: OrderId; customer: CustomerId; tracking: string }
  | { status: 'cancelled'; id: OrderId; customer: CustomerId; reason: string };

export type Cancelled = { ok: true; order: Order } | { ok: false; error: 'not_found' | 'too_late' };

export function cancel(order: Order | undefined, by: CustomerId, reason: string): Cancelled {
  if (order === undefined || order.customer !== by) return { ok: false, error: 'not_found' };
  switch (order.status) {
    case 'open': return { ok: true, order: { status: 'cancelled', id: order.id, customer: by, reason } };
    case 'cancelled': return { ok: true, order };
    case 'shipped': return { ok: false, error: 'too_late' };
    default: return order satisfies never;               // a new status must be decided here
  }
}
