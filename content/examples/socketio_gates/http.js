import { once } from 'node:events';
import { createServer } from 'node:http';

export const httpServer = createServer().listen(0, '127.0.0.1');
await once(httpServer, 'listening');

// Stands for a check of a JWT: "user:seconds" until it expires.
export const keys = { fetched: Promise.resolve(), asked: 0 };
export async function verifyAccessToken(token) {
  keys.asked += 1;
  await keys.fetched;
  const [sub, seconds] = (token ?? '').split(':');
  if (!sub) throw new Error('no token');
  return { sub, exp: Date.now() / 1000 + Number(seconds) };
}
