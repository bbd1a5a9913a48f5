import assert from 'node:assert/strict';
import { test } from 'node:test';
import request from 'supertest';
import { createApp } from './app.js';

const seen = [];
const app = createApp({
  authenticate: (req, res, next) => (req.get('authorization') ? next() : res.status(401).json({ error: 'Log in' })),
  orderService: {
    recordPayment: async (body, signature) => { seen.push(Buffer.isBuffer(body), body.toString(), signature); },
    get: async (id) => {
      if (id === 7) return { id };
      if (id === 12) return decodeURIComponent('%');   // a fault of ours, not of the address
      throw Object.assign(new Error('no order'), id === 8 ? { status: 404, expose: true } : { status: { 9: 401, 10: 'failed', 11: '404' }[id] });
    },
  },
});
const get = (path) => request(app).get(path).set('authorization', 'x').set('x-request-id', 'r-1');

test('a webhook gets the raw bytes', async () => {
  const sent = request(app).post('/webhooks/payments').set('content-type', 'application/json').set('x-signature', 's');
  assert.equal((await sent.send('{ "a":1 }')).status, 204);
  assert.deepEqual(seen, [true, '{ "a":1 }', 's']);
});

test('a webhook of another type does not get through', async () => {
  const sent = request(app).post('/webhooks/payments').set('content-type', 'text/plain').send('a=1');
  assert.equal((await sent).status, 415);
  assert.equal((await request(app).post('/webhooks/payments')).status, 415);
  assert.equal(seen.length, 3);
});

for (const [path, status, body] of [
  ['/api/orders/7', 200, { id: 7 }],
  ['/api/orders/8', 404, { error: 'no order', requestId: 'r-1' }],
  ['/api/orders/9', 500, { error: 'Internal error', requestId: 'r-1' }],
  ['/api/orders/10', 500, { error: 'Internal error', requestId: 'r-1' }],
  ['/api/orders/11', 500, { error: 'Internal error', requestId: 'r-1' }],
  ['/api/orders/12', 500, { error: 'Internal error', requestId: 'r-1' }],
  ['/api/orders/%E0', 400, { error: "Failed to decode param '%E0'", requestId: 'r-1' }],
  ['/api/orders/x', 400, { error: 'Bad id', requestId: 'r-1' }],
  ['/nowhere', 404, { error: 'Not found' }],
]) {
  test(`${path} is answered with ${status}`, async () => {
    const answer = await get(path);
    assert.deepEqual([answer.status, answer.body, answer.get('x-request-id')], [status, body, 'r-1']);
    assert.equal(answer.get('x-powered-by'), undefined);
  });
}

test('the api needs a login', async () => {
  assert.equal((await request(app).get('/api/orders/7')).status, 401);
});

test('broken JSON is the fault of the client', async () => {
  const sent = request(app).post('/api/orders').set('content-type', 'application/json');
  assert.equal((await sent.send('{')).status, 400);
});
