import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, beforeEach } from 'node:test';
import { createDatabase } from './database.js';

const db = createDatabase({ databaseUrl: process.env.DATABASE_URL, poolMax: 2 });
after(() => db.close());
beforeEach(() => db.query('DROP TABLE IF EXISTS account; CREATE TABLE account (id int PRIMARY KEY)'));
const count = async () => Number((await db.query('SELECT count(*) FROM account')).rows[0].count);

test('a transaction that ends well is stored, with its result', async () => {
  const answer = await db.transaction(async (client) => {
    await client.query('INSERT INTO account VALUES (1)');
    return 'done';
  });
  assert.deepEqual([answer, await count()], ['done', 1]);
});

test('a failure takes everything back, and gives the connection back', async () => {
  for (let i = 0; i < 5; i += 1) {
    await assert.rejects(db.transaction(async (client) => {
      await client.query('INSERT INTO account VALUES (1)');
      throw new Error('no');
    }), /no/);
  }
  assert.equal(await count(), 0);
  assert.equal(db.stats().waiting, 0);
});

test('an error that the work swallowed is no success', async () => {
  await assert.rejects(db.transaction(async (client) => {
    await client.query('INSERT INTO account VALUES (1)');
    await client.query('SELECT nonsense').catch(() => {});
  }), /rolled back/);
});

test('a connection that the server cuts is thrown away, and the process lives', async () => {
  await assert.rejects(db.transaction(async (client) => {
    const { rows: [{ pid }] } = await client.query('SELECT pg_backend_pid() AS pid');
    await db.query('SELECT pg_terminate_backend($1)', [pid]);
    await client.query('SELECT 1');
  }));
  assert.equal(await count(), 0);
});
