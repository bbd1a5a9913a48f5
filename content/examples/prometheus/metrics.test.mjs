import assert from 'node:assert/strict';
import { test } from 'node:test';
import { once } from 'node:events';
import express from 'express';
import request from 'supertest';
import { metricsServer, named, register, requestMetrics, watchPool } from './metrics.js';

const app = express().use(requestMetrics).get('/orders/:id', named('/orders/:id'), (req, res) => res.end());

test('requests are counted by route, not by path, and Node itself is measured', async () => {
  for (const path of ['/orders/1', '/orders/2', '/secret-1', '/secret-2']) await request(app).get(path);
  watchPool({ waitingCount: 3 });
  const { text } = await request(metricsServer).get('/metrics');
  for (const line of [
    'http_server_request_duration_seconds_count{method="GET",route="/orders/:id",status="200"} 2',
    'http_server_request_duration_seconds_count{method="GET",route="unmatched",status="404"} 2',
    'pg_pool_connections{state="waiting"} 3',
  ]) assert.ok(text.includes(line), line);
  assert.match(text, /nodejs_eventloop_lag_p99_seconds \d/);
  assert.ok(!text.includes('secret'));
});

test('a request that the client gave up is no answer of the server', async () => {
  const slow = express().use(requestMetrics).get('/slow', named('/slow'), () => {});
  const server = slow.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const gone = new AbortController();
  server.once('request', () => setTimeout(() => gone.abort(), 20));
  await assert.rejects(fetch(`http://127.0.0.1:${server.address().port}/slow`, { signal: gone.signal }));
  while (!(await register.metrics()).includes('route="/slow",status="aborted"')) await new Promise((done) => setTimeout(done, 10));
  server.close();
});
