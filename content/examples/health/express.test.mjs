import assert from 'node:assert/strict';
import { test } from 'node:test';
import { once } from 'node:events';
import express from 'express';
import request from 'supertest';
import { installShutdown, mountHealth } from './express.js';

test('a node that is ending still serves while the balancer looks away', async () => {
  let ready = true, ended = false;
  const health = { ready: async () => ({ ok: ready }), drain: () => { ready = false; } };
  const app = express();
  mountHealth(app, health);
  app.get('/work', (req, res) => setTimeout(() => res.end('done'), 300));
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const base = `http://127.0.0.1:${server.address().port}`;
  installShutdown({ server, health, pool: { end: async () => { ended = true; } }, drainMs: 200, limitMs: 5_000 });
  assert.deepEqual([(await request(base).get('/livez')).status, (await request(base).get('/readyz')).status], [204, 204]);
  const closed = once(server, 'close');
  process.kill(process.pid, 'SIGTERM');
  await once(process, 'SIGTERM');
  process.kill(process.pid, 'SIGTERM');                  // a second signal changes nothing
  assert.equal((await request(base).get('/readyz')).status, 503);
  const work = request(base).get('/work').then((res) => res.text);
  assert.equal(await work, 'done');
  await closed;
  await new Promise((done) => setTimeout(done, 50));
  assert.equal(ended, true);
});
