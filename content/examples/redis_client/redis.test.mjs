import assert from 'node:assert/strict';
import net from 'node:net';
import { once } from 'node:events';
import { test } from 'node:test';
import request from 'supertest';
import { closeRedis, redis } from './redis.js';

process.env.SESSION_SECRET = 'a secret of the test';
const REAL = new URL(process.env.REDIS_URL);
const { app } = await import('./session-app.js');
const { sessionRedis } = await import('./session-redis.js');
app.get('/count', (req, res) => { req.session.n = (req.session.n ?? 0) + 1; res.json(req.session.n); });

test('keys get the prefix, and a closed client refuses at once', async () => {
  while (!redis.isReady) await new Promise((done) => setTimeout(done, 10));
  await redis.set('n', '1');
  assert.equal(await sessionRedis.get('orders:n'), '1');
  await closeRedis();
  await assert.rejects(redis.get('n'), { name: /Clos|Error/ });
});

test('a session lives in Redis, and its cookie is for https alone', async () => {
  const first = await request(app).get('/count').set('x-forwarded-proto', 'https');
  const [cookie] = first.get('set-cookie');
  assert.match(cookie, /^__Host-sid=s%3A.*; HttpOnly; Secure; SameSite=Lax$/);
  const again = await request(app).get('/count').set('x-forwarded-proto', 'https').set('cookie', cookie.split(';')[0]);
  assert.equal(again.body, 2);
  assert.equal((await sessionRedis.keys('sess:*')).length, 1);
  assert.equal((await request(app).get('/count')).get('set-cookie'), undefined);
  await sessionRedis.close();
});

test('a Redis that hangs does not hold up the end', async () => {
  const hung = net.createServer((socket) => {                  // passes all on, until a command names `hang`
    const real = net.connect(REAL.port, REAL.hostname).on('error', () => {});
    socket.on('error', () => {}).on('data', (data) => (data.includes('hang') ? real.destroy() : real.write(data)));
    real.pipe(socket, { end: false });
  }).listen(0, '127.0.0.1');
  await once(hung, 'listening');
  process.env.REDIS_URL = `redis://127.0.0.1:${hung.address().port}`;
  const other = await import('./redis.js?hung');
  while (!other.redis.isReady) await new Promise((done) => setTimeout(done, 10));
  const command = other.redis.get('hang');
  await Promise.all([assert.rejects(command), other.closeRedis()]);
  hung.close();
});

test('a session store without Redis refuses at once', async () => {
  const sockets = [];
  const front = net.createServer((socket) => {
    sockets.push(socket.on('error', () => {}));
    socket.pipe(net.connect(REAL.port, REAL.hostname).on('error', () => {})).pipe(socket);
  }).listen(0, '127.0.0.1');
  await once(front, 'listening');
  process.env.REDIS_URL = `redis://127.0.0.1:${front.address().port}`;
  const other = await import('./session-redis.js?gone');
  front.close();
  const gone = new Promise((done) => other.sessionRedis.once('reconnecting', done));
  for (const socket of sockets) socket.destroy();
  await gone;
  await assert.rejects(other.sessionRedis.get('sess:1'), { message: 'The client is offline' });
  other.sessionRedis.destroy();
});
