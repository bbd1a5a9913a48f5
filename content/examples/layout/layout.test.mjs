import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import pg from 'pg';

const lines = (child) => once(child.stdout, 'data').then(([data]) => JSON.parse(data));

test('the program starts, serves, notices a lost database, and ends', async () => {
  const db = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await db.connect();
  await db.query('CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, sku text NOT NULL)');
  const port = 20_000 + (process.pid % 10_000);            // below those that the system hands out
  const child = spawn(process.execPath, ['src/main.js'], { env: { ...process.env, PORT: port } });
  assert.deepEqual(await lines(child), { level: 'info', message: 'listening', port });
  const base = `http://127.0.0.1:${port}`;
  const post = (body) => fetch(`${base}/orders`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
  assert.deepEqual(await (await post({ sku: 'tea' })).json(), { id: 1, sku: 'tea' });
  const statuses = [];
  for (const path of ['/orders/1', '/orders/2', '/orders/x', '/nowhere', '/livez', '/readyz']) statuses.push((await fetch(base + path)).status);
  assert.deepEqual(statuses, [200, 404, 400, 404, 204, 204]);
  child.kill();
  assert.deepEqual(await once(child, 'exit'), [0, null]);
  await db.end();
});

test('without a setting it does not start', async () => {
  const { DATABASE_URL, ...rest } = process.env;
  const child = spawn(process.execPath, ['src/main.js'], { env: rest, stdio: 'ignore' });
  assert.equal(DATABASE_URL.startsWith('postgres'), true);
  assert.equal((await once(child, 'exit'))[0], 1);
});
