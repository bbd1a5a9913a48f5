import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { webhooks, worker } from './webhooks.js';

test('a connection that died in silence is given up, by the worker after the ten seconds that it may wait for a job', () => {
  assert.deepEqual([webhooks, worker].map(({ opts }) => opts.connection.socketTimeout), [3_000, 15_000]);
});

test('what the receiver refuses is given up, what it could not do comes again with the same key', async () => {
  const keys = {};
  const receiver = createServer((req, res) => {
    (keys[req.url] ??= []).push(req.headers['idempotency-key']);
    res.writeHead(Number(req.url.slice(1)), { location: '/followed', ...(req.url === '/429' && { 'retry-after': '120' }) }).end('x');
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const url = (status) => `http://127.0.0.1:${receiver.address().port}/${status}`;
  const jobs = {};
  for (const status of [204, 302, 409, 410, 429, 503]) jobs[status] = await webhooks.add('event', { url: url(status), event: { id: `evt_${status}` } });
  const state = async (status, wanted) => { while ((await jobs[status].getState()) !== wanted) await sleep(20); };
  await Promise.all([state(204, 'completed'), state(302, 'failed'), state(409, 'delayed'), state(410, 'failed'), state(429, 'delayed'), state(503, 'delayed')]);
  assert.equal(Math.floor((await webhooks.getJob(jobs[429].id)).delay / 1000), 120);   // what was asked for, and less than a second on top
  await webhooks.getJob(jobs[503].id).then((job) => job.promote()).catch(() => {});   // its time may be over already
  while (keys['/503'].length < 2) await sleep(20);
  assert.deepEqual([...new Set(keys['/503'])], ['evt_503']);
  assert.equal(keys['/followed'], undefined);
  await worker.close();
  await webhooks.close();
  receiver.close();
});
