import { createClient } from 'redis';

export const sessionRedis = createClient({ url: process.env.REDIS_URL, disableOfflineQueue: true });   // or each request with a cookie hangs
sessionRedis.on('error', (error) => console.error('session redis', error.message));
await sessionRedis.connect();
