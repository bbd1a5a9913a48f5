import { Queue } from 'bullmq';

export const exportQueue = new Queue('export', {
  connection: { url: process.env.REDIS_URL, enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 1000 },
  defaultJobOptions: { removeOnComplete: true, removeOnFail: { age: 7 * 24 * 3600 } }, // or Redis keeps all for ever
});
exportQueue.on('error', (err) => console.error('queue connection', err.message));
