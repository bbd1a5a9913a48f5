import { Queue } from 'bullmq';

export const exportQueue = new Queue('export', {
  connection: {
    url: process.env.REDIS_URL, enableOfflineQueue: false, maxRetriesPerRequest: 1,
    commandTimeout: 1000, socketTimeout: 3000, // give up a command; and a connection that died in silence
  },
});
exportQueue.on('error', (err) => console.error('queue connection', err.message));
