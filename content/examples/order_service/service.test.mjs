import { beforeEach, describe, test } from 'node:test';
import assert from 'node:assert/strict';
import { createOrderService } from './service.js';
import { anOrder, fakeOrders, recordingMailer } from './support.js';

describe('cancel', () => {
  let orders, mailer, now, service;
  beforeEach(() => {
    orders = fakeOrders();
    mailer = recordingMailer();
    now = new Date('2026-11-02T12:00:00Z');
    service = createOrderService({ orders, mailer, clock: () => now });
  });

  test('is free until 24 hours have passed', async () => {
    await orders.save(anOrder({ id: 'o1', placedAt: new Date('2026-11-01T12:00:00Z') }));
    assert.equal((await service.cancel('o1', 'u1')).fee, 0);
    assert.equal((await orders.find('o1')).status, 'cancelled');          // stored, not only answered
  });

  test('charges 10 percent after 24 hours', async () => {
    await orders.save(anOrder({ id: 'o1', total: 5000, placedAt: new Date('2026-11-01T11:59:59Z') }));
    assert.equal((await service.cancel('o1', 'u1')).fee, 500);
    assert.equal((await orders.find('o1')).fee, 500);
    assert.deepEqual(mailer.sent, [['u1', 'order-cancelled', { orderId: 'o1', fee: 500 }]]);
  });

  test('hides orders of other users', async () => {
    await orders.save(anOrder({ id: 'o1', userId: 'u2' }));
    await assert.rejects(service.cancel('o1', 'u1'), { code: 'NOT_FOUND' });
    assert.equal((await orders.find('o1')).status, 'paid');
    assert.deepEqual(mailer.sent, []);
  });
});
