import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { asked, socket } from './shop.js';
import './search.js';

test('only pauses ask, the same word asks once, and a late answer to an old question is dropped', async () => {
  const shown = [];
  socket.on('products', (products) => shown.push(products));
  for (const term of ['l', 'la']) socket.emit('search', { term });
  await sleep(300);
  for (const term of ['lam', 'lamp', ' lamp']) socket.emit('search', { term });
  await sleep(300);
  socket.emit('search', { term: 'lamp ' });
  await sleep(500);
  assert.deepEqual([asked, shown], [['la', 'lamp'], [['lamp']]]);
});

test('neither a message without a term nor a failed search ends the stream', async () => {
  const shown = [];
  socket.on('products', (products) => shown.push(products));
  for (const message of [null, 'lamp', {}, { term: null }, { term: { toString: 1 } }]) socket.emit('search', message);
  for (const term of ['broken', 'odd']) {
    socket.emit('search', { term });
    await sleep(300);
  }
  socket.emit('search', { term: 'desk' });
  await sleep(300);
  assert.deepEqual(shown, [['desk']]);
});
