const refuse = (status, message) => { throw Object.assign(new Error(message), { status, expose: true }); };

export const createOrderService = ({ orders, transaction }) => ({
  async get(id) {
    if (!/^\d{1,9}$/.test(id)) refuse(400, 'bad_id');
    return (await orders.find(id)) ?? refuse(404, 'no_such_order');
  },
  async place(sku) {
    if (typeof sku !== 'string') refuse(422, 'sku_required');
    return transaction((client) => orders.insert(client, sku));
  },
});
