import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, before } from 'node:test';
import pg from 'pg';
import { once } from './once.js';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
before(() => pool.query(`CREATE TABLE idempotency (account_id int, key text, hash bytea, response jsonb, PRIMARY KEY (account_id, key));
  CREATE TABLE charge (cents int)`));
after(() => pool.end());
const hash = Buffer.from('a');
const pay = async (client) => { await client.query('INSERT INTO charge VALUES (500)'); return { charged: 500 }; };
const charges = async () => (await pool.query('SELECT count(*)::int AS n FROM charge')).rows[0].n;

test('ten at once charge once, and all hear the same', async () => {
  const all = await Promise.all(Array.from({ length: 10 }, () => once(pool, 1, 'k', hash, pay)));
  assert.deepEqual([new Set(all.map((a) => JSON.stringify(a))), await charges()], [new Set(['{"charged":500}']), 1]);
});

test('the key of another account is another key, another body is refused', async () => {
  await once(pool, 2, 'k', hash, pay);
  await assert.rejects(once(pool, 1, 'k', Buffer.from('b'), pay), { message: 'key_reused', status: 422 });
  assert.equal(await charges(), 2);
});

test('a failure leaves the key free', async () => {
  await assert.rejects(once(pool, 3, 'k', hash, async (client) => { await client.query('SELECT 1/0'); }), { code: '22012' });
  await once(pool, 3, 'k', hash, pay);
  assert.equal(await charges(), 3);
});

test('work that ignores a failed statement is no success', async () => {
  await assert.rejects(once(pool, 4, 'k', hash, async (client) => {
    const done = await pay(client);
    await client.query('SELECT 1/0').catch(() => {});
    return done;
  }), /25P02|current transaction is aborted|rolled back/);
  assert.equal(await charges(), 3);
});

test('the answer may be any JSON, and a repetition hears the same', async () => {
  for (const [i, answer] of [[{ id: 1 }], [], 'done', 5, null, { ids: [1, 2] }].entries()) {
    const both = [await once(pool, 5, `k${i}`, hash, async () => answer), await once(pool, 5, `k${i}`, hash, pay)];
    assert.deepEqual(both, [answer, answer]);
  }
});
