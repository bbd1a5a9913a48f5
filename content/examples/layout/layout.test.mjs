import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
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

test('a client that keeps its connection busy does not hold the program', async () => {
  const port = 30_000 + (process.pid % 2_000);
  const child = spawn(process.execPath, ['src/main.js'], { env: { ...process.env, PORT: port } });
  await once(child.stdout, 'data');
  const socket = connect(port, '127.0.0.1').setEncoding('utf8');
  socket.write('POST /orders HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 13\r\nExpect: 100-continue\r\n\r\n');
  await once(socket, 'data');                              // 100: it has begun to read
  child.kill();
  while (await fetch(`http://127.0.0.1:${port}/livez`).then((res) => res.text(), () => false) !== false);   // closed for new ones
  socket.write('{"sku":"tea"}');
  assert.match((await once(socket, 'data'))[0], /^HTTP\/1.1 201/);
  socket.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n');
  assert.match((await once(socket, 'data'))[0], /^HTTP\/1.1 204 [^]*connection: close/i);
  assert.deepEqual(await once(child, 'exit'), [0, null]);
});

test('without a setting it does not start', async () => {
  const { DATABASE_URL, ...rest } = process.env;
  const child = spawn(process.execPath, ['src/main.js'], { env: rest, stdio: 'ignore' });
  assert.equal(DATABASE_URL.startsWith('postgres'), true);
  assert.equal((await once(child, 'exit'))[0], 1);
});
