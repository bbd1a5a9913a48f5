import assert from 'node:assert/strict';
import { test } from 'node:test';
import express from 'express';
import request from 'supertest';
import { z } from 'zod';
import { errorHandler, orderRoutes } from './edge.js';

const failing = (code) => async () => { throw Object.assign(new Error('order 3'), { code }); };

function app(cancelOrder) {
  return express().use('/orders', orderRoutes({ orderService: { cancelOrder } })).use(errorHandler);
}

test('an order is cancelled by a number, and only two fields of it are told', async () => {
  const { status, body } = await request(app(async (id) => ({ id, status: 'cancelled', note: 'internal' }))).post('/orders/3/cancel');
  assert.deepEqual([status, body], [200, { id: 3, status: 'cancelled' }]);
});

for (const id of ['x', '0', '1.5', '%20', '1e3', '0x10', '%205']) {
  test(`"${id}" is no order`, async () => {
    assert.equal((await request(app(async () => ({}))).post(`/orders/${id}/cancel`)).status, 400);
  });
}

test("a partner's 401 is not ours", async () => {
  const refused = async () => { throw Object.assign(new Error('Incorrect API key: sk-1'), { status: 401 }); };
  const answer = await request(app(refused)).post('/orders/3/cancel');
  assert.deepEqual([answer.status, answer.body], [500, { error: 'Internal error' }]);
});

test('a fault in our own data is not the fault of the client', async () => {
  const answer = await request(app(async () => z.string().parse(5))).post('/orders/3/cancel');
  assert.deepEqual([answer.status, answer.body], [500, { error: 'Internal error' }]);
});

for (const [code, status, error] of [['not_found', 404, 'order 3'], ['conflict', 409, 'order 3'], ['surprise', 500, 'Internal error']]) {
  test(`${code} is answered with ${status}`, async () => {
    const answer = await request(app(failing(code))).post('/orders/3/cancel');
    assert.deepEqual([answer.status, answer.body], [status, { error }]);
  });
}
