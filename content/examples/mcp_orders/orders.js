const rows = [
  { id: 1, customer: 'ada', status: 'open' }, { id: 2, customer: 'ada', status: 'shipped' }, { id: 3, customer: 'bo', status: 'open' },
];
export const orders = {
  find: async (customer, status, most) => rows.filter((o) => o.customer === customer && (!status || o.status === status)).reverse().slice(0, most),   // newest first
  async cancel(customer, id) {
    const order = rows.find((o) => o.id === id && o.customer === customer && o.status === 'open');
    if (order) order.status = 'cancelled';
    return order ?? null;
  },
};
