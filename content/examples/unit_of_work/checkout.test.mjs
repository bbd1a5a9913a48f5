import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, before } from 'node:test';
import pg from 'pg';
import { createCheckout, createUnitOfWork } from './checkout.js';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
async function transaction(work) {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    return result;
  } catch (error) { await client.query('ROLLBACK'); throw error; } finally { client.release(); }
}
const createStock = (client) => ({
  async take(sku, quantity) {
    const { rowCount } = await client.query('UPDATE stock SET left_over = left_over - $2 WHERE sku = $1 AND left_over >= $2', [sku, quantity]);
    if (rowCount === 0) throw new Error(`no ${sku}`);
  },
});
const createOrders = (client) => ({ insert: async (cart) => (await client.query('INSERT INTO orders DEFAULT VALUES RETURNING id')).rows[0].id });
const checkout = createCheckout({ unitOfWork: createUnitOfWork({ transaction, createOrders, createStock }) });
before(() => pool.query("CREATE TABLE stock (sku text PRIMARY KEY, left_over int); CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY); INSERT INTO stock VALUES ('a', 20), ('b', 20), ('c', 0)"));
after(() => pool.end());

test('carts in opposite orders do not deadlock', async () => {
  const [a, b] = [{ sku: 'a', quantity: 1 }, { sku: 'b', quantity: 1 }];
  const all = await Promise.all(Array.from({ length: 20 }, (_, i) => checkout({ lines: i % 2 ? [a, b] : [b, a] })));
  assert.equal(new Set(all).size, 20);
});

test('a missing thing takes the whole cart back', async () => {
  await pool.query("UPDATE stock SET left_over = 5 WHERE sku = 'a'");
  await assert.rejects(checkout({ lines: [{ sku: 'a', quantity: 1 }, { sku: 'c', quantity: 1 }] }), /no c/);
  assert.equal((await pool.query("SELECT left_over FROM stock WHERE sku = 'a'")).rows[0].left_over, 5);
});
