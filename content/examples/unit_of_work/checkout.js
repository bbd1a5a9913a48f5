export function createUnitOfWork({ transaction, createOrders, createStock }) {
  return (work) => transaction((client) => work({
    orders: createOrders(client),
    stock: createStock(client),
  }));
}

export function createCheckout({ unitOfWork }) {
  return (cart) => unitOfWork(async ({ orders, stock }) => {
    // one order of locks for all carts: two checkouts cannot deadlock
    const lines = cart.lines.toSorted((a, b) => (a.sku < b.sku ? -1 : 1));
    for (const line of lines) await stock.take(line.sku, line.quantity);
    return orders.insert(cart);        // a failure above rolls everything back
  });
}
