import assert from 'node:assert/strict';
import { test } from 'node:test';
import { once } from 'node:events';
import { io } from 'socket.io-client';

const port = 20_000 + (process.pid % 10_000);            // below those that the system hands out
process.env.PORT = String(port);
await import('./server.js');

test('who watches an order hears of it, and an error of the server is an answer', async () => {
  const socket = io(`http://127.0.0.1:${port}`, { transports: ['websocket'] });
  await once(socket, 'connect');                          // the time of an acknowledgment begins at emit
  const watch = (id) => socket.timeout(10_000).emitWithAck('order:watch', id);
  assert.deepEqual(await watch('o-17'), { ok: true });
  assert.deepEqual(await watch('o-18'), { ok: false, error: 'forbidden' });
  assert.deepEqual(await watch('broken'), { ok: false, error: 'internal' });
  socket.emit('order:watch', 'o-17');                     // without a callback: ignored
  const shipped = new Promise((resolve) => { socket.on('order:shipped', resolve); });
  assert.equal((await fetch(`http://127.0.0.1:${port}/orders/o-17/ship`, { method: 'POST' })).status, 202);
  assert.deepEqual(await shipped, { id: 'o-17', at: '2026-11-29T12:00:00Z' });
  socket.close();
});
