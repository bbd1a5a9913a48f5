import assert from 'node:assert/strict';
import { test } from 'node:test';
import net from 'node:net';
import { once } from 'node:events';
import nodemailer from 'nodemailer';

const create = nodemailer.createTransport;
let options;
nodemailer.createTransport = (given) => { options = given; return create({ streamTransport: true, buffer: true }); };
const { sendReceipt } = await import('./mail.js');

test('a receipt has a message id of its own, and both forms', async () => {
  const { envelope, message } = await sendReceipt({ id: 17, email: 'ada@example.com' }, { text: 'Thanks', html: '<p>Thanks</p>' });
  assert.deepEqual(envelope, { from: 'orders@example.com', to: ['ada@example.com'] });
  const raw = message.toString();
  for (const line of ['Message-ID: <order-17-receipt@mail.example.com>', 'Subject: Your order 17', 'multipart/alternative']) {
    assert.ok(raw.includes(line), line);
  }
});

test('an address with a comma is not two recipients', async () => {
  const { envelope } = await sendReceipt({ id: 17, email: 'ada@example.com, eve@example.com' }, { text: 'Thanks', html: '<p>Thanks</p>' });
  assert.equal(envelope.to.length, 1);
});

test('a server that says nothing is given up after the time that was set', async () => {
  assert.deepEqual([options.connectionTimeout, options.socketTimeout, options.secure], [10_000, 30_000, true]);
  const silent = net.createServer(() => {}).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const transport = create({ host: '127.0.0.1', port: silent.address().port, greetingTimeout: 100 });
  await assert.rejects(transport.sendMail({ from: 'a@example.com', to: 'b@example.com' }), { code: 'ETIMEDOUT' });
  silent.close();
});
