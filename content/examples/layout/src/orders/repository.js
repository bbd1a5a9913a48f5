export const createOrderRepository = ({ database }) => ({
  find: async (id) => (await database.query('SELECT id, sku FROM orders WHERE id = $1', [id])).rows[0] ?? null,
  insert: async (client, sku) => (await client.query('INSERT INTO orders (sku) VALUES ($1) RETURNING id, sku', [sku])).rows[0],
});
