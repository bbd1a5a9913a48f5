import { once } from 'node:events';
import { createServer } from 'node:http';

export const httpServer = createServer().listen(0, '127.0.0.1');
await once(httpServer, 'listening');

// Stands for a check of a JWT: "user:seconds" until it expires, and a list of those logged out.
export const keys = { fetched: Promise.resolve(), asked: 0 };
export const loggedOut = new Set();
export async function verifyAccessToken(token) {
  keys.asked += 1;
  const [sub, seconds] = (token ?? '').split(':');
  const refused = !sub || loggedOut.has(token);
  await keys.fetched;
  if (refused) throw new Error('no token');
  return { sub, exp: Date.now() / 1000 + Number(seconds) };
}
