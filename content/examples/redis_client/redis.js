import { setTimeout as delay } from 'node:timers/promises';
import { createClient } from 'redis';

export const redis = createClient({
  url: process.env.REDIS_URL,                 // rediss:// for TLS
  keyPrefix: 'orders:',
  disableOfflineQueue: true,                  // fail at once while disconnected
  commandsQueueMaxLength: 5_000,
  pingInterval: 1_000,                        // keeps an idle socket from timing out
  socket: {
    connectTimeout: 2_000,
    socketTimeout: 3_000,                     // no bytes in either direction for 3 s
    reconnectStrategy: (retries) => Math.min(50 * 2 ** retries, 2_000) + Math.random() * 200,
  },
});

redis.on('error', (error) => console.error('redis', error.message));
redis.connect().catch(() => {});              // do not hold up the start of the API

export async function closeRedis() {
  if (!redis.isOpen) return;
  await Promise.race([redis.close(), delay(2_000, undefined, { ref: false })]);   // finishes pending commands, if they end
  redis.destroy();                            // a Redis that hangs would hold up the shutdown
}
