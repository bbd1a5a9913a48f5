import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';

test('the composition root wires a program that works', async () => {
  const db = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await db.connect();
  await db.query(`CREATE TABLE account (id int PRIMARY KEY, email text, trial_ends date, expired bool DEFAULT false);
    INSERT INTO account VALUES (1, 'ada@example.com', '2020-01-01'), (2, 'bounce@example.com', '2020-01-01'), (3, 'grace@example.com', '2999-01-01')`);
  await db.end();
  process.env.PORT = 20_000 + (process.pid % 10_000);      // below those that the system hands out
  await import('./src/main.js');
  const ask = async () => (await fetch(`http://127.0.0.1:${process.env.PORT}/trials/expire`, { method: 'POST' })).json();
  assert.deepEqual(await ask(), { expired: 2, failed: [{ id: 2, reason: 'mailbox unavailable' }] });
  assert.deepEqual(await ask(), { expired: 0, failed: [] });
});
