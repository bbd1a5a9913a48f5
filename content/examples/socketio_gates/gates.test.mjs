import assert from 'node:assert/strict';
import { test } from 'node:test';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { io } from 'socket.io-client';
import { httpServer, keys, loggedOut } from './http.js';
import { endSessions } from './gates.js';

const connect = (token, origin = 'https://app.example.com') => io(`http://127.0.0.1:${httpServer.address().port}`, {
  transports: ['websocket'], extraHeaders: { origin }, auth: { token }, forceNew: true, reconnection: false,
});

test('a foreign origin and a bad token do not get in', async () => {
  const [strange] = await once(connect('ada:60', 'https://evil.example'), 'connect_error');
  assert.equal(strange.message, 'websocket error');
  const [nobody] = await once(connect(''), 'connect_error');
  assert.deepEqual([nobody.message, nobody.data], ['unauthorized', { code: 'TOKEN_INVALID' }]);
});

test('a user has twenty connections at most', async () => {
  const sockets = Array.from({ length: 20 }, () => connect('bob:60'));
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  const [refusal] = await once(connect('bob:60'), 'connect_error');
  assert.deepEqual([refusal.message, refusal.data], ['too many connections', { code: 'TOO_MANY' }]);
  endSessions('bob');
  await Promise.all(sockets.map((socket) => !socket.connected || once(socket, 'disconnect')));
});

test('also of those whose tokens are checked in the same moment', async () => {
  let fetch;
  Object.assign(keys, { fetched: new Promise((resolve) => { fetch = resolve; }), asked: 0 });
  const sockets = Array.from({ length: 30 }, () => connect('cid:60'));
  const answers = sockets.map((socket) => Promise.race([once(socket, 'connect'), once(socket, 'connect_error')]));
  while (keys.asked < 30) await sleep(10);
  fetch();
  await Promise.all(answers);
  assert.equal(sockets.filter((socket) => socket.connected).length, 20);
  endSessions('cid');
  await Promise.all(sockets.map((socket) => !socket.connected || once(socket, 'disconnect')));
});

test('a logout ends the connection whose token is being checked at that moment, too', async () => {
  let fetch;
  Object.assign(keys, { fetched: new Promise((resolve) => { fetch = resolve; }), asked: 0 });
  const socket = connect('dan:60');
  while (keys.asked < 1) await sleep(10);
  loggedOut.add('dan:60');
  endSessions('dan');
  fetch();
  const [reason] = await Promise.race([once(socket, 'disconnect'), sleep(2000, ['still open'])]);
  assert.equal(reason, 'io server disconnect');
});

test('the token ends the connection, unless a fresh one of the same user comes before', async () => {
  const [renewed, left, thief] = [connect('ada:0.5'), connect('ada:0.5'), connect('eve:60')];
  await Promise.all([renewed, left, thief].map((socket) => once(socket, 'connect')));
  assert.deepEqual(await renewed.timeout(1000).emitWithAck('reauth', 'ada:60'), { ok: true });
  thief.emit('reauth', 'ada:60');
  await sleep(700);
  assert.deepEqual([renewed.connected, left.connected, thief.connected], [true, false, false]);
  endSessions('ada');
  await once(renewed, 'disconnect');
  httpServer.closeAllConnections();
  httpServer.close();
});
