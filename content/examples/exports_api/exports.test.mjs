import assert from 'node:assert/strict';
import net from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import { after, before } from 'node:test';
import express from 'express';
import pg from 'pg';
import request from 'supertest';
import { exportQueue } from './queues/export.queue.js';
import { createRepository } from './repository.js';
import { exportsRouter } from './routes/exports.js';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const warnings = [];
const app = express().use(express.json(), (req, res, next) => { req.user = { id: 1 }; next(); });
app.use('/exports', exportsRouter({ repository: createRepository(pool), logger: { warn: (message) => warnings.push(message) } }));
app.use((err, req, res, next) => res.status(err.name === 'ZodError' ? 422 : 500).json({ error: err.name }));
const post = (key, year) => request(app).post('/exports').set(key ? { 'Idempotency-Key': key } : {}).send({ year });

before(async () => {
  await pool.query(`CREATE TABLE export (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id bigint NOT NULL,
    idempotency_key text NOT NULL, params jsonb NOT NULL, status text NOT NULL DEFAULT 'queued', UNIQUE (user_id, idempotency_key))`);
  await exportQueue.waitUntilReady();
});
after(async () => { await pool.end(); await exportQueue.close(); });

test('ten clicks are one row and one job', async () => {
  const answers = await Promise.all(Array.from({ length: 10 }, () => post('k1', '2026')));
  const { id } = answers[0].body;                              // not always 1: an insert that finds the row has taken a number
  assert.deepEqual(new Set(answers.map((a) => `${a.status} ${a.body.id} ${a.get('location')}`)), new Set([`202 ${id} /exports/${id}`]));
  assert.equal(await exportQueue.getWaitingCount(), 1);
  assert.equal((await exportQueue.getJob(`export-${id}`)).data.exportId, String(id));
});

test('a key for another request, no key and a bad body are refused', async () => {
  assert.deepEqual([(await post('k1', '2025')).status, (await post('', '2026')).status, (await post('k3', 'x')).status], [422, 400, 422]);
});

test('without Redis the row is there, for the sweeper', async () => {
  await exportQueue.close();
  assert.equal((await post('k4', '2026')).status, 202);
  assert.deepEqual(warnings, ['enqueue failed, left to the sweeper']);
});

test('a Redis that hangs makes add fail, too', async () => {
  const { hostname, port } = new URL(process.env.REDIS_URL);
  let hangs = true;
  const hung = net.createServer((socket) => {                  // passes all on, until data names `hang`
    const real = net.connect(port, hostname).on('error', () => {});
    socket.on('error', () => {}).on('data', (data) => (hangs && data.includes('hang') ? real.destroy() : real.write(data)));
    real.pipe(socket, { end: false });
  }).listen(0, '127.0.0.1');
  await once(hung, 'listening');
  process.env.REDIS_URL = `redis://127.0.0.1:${hung.address().port}`;
  const { exportQueue: other } = await import('./queues/export.queue.js?hung');
  await other.waitUntilReady();
  await assert.rejects(other.add('export', { exportId: 'hang' }), { message: 'Command timed out' });
  hangs = false;
  while (!(await other.add('export', { exportId: 'later' }).catch(() => null))) await new Promise((done) => setTimeout(done, 100));   // over a new connection
  hung.close();
});
