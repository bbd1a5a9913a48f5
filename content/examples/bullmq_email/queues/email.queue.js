// queues/email.queue.js: used by the API
import { Queue } from 'bullmq';

export const emailQueue = new Queue('email', {
  connection: {
    url: process.env.REDIS_URL,
    enableOfflineQueue: false, // fail fast when Redis goes away
    maxRetriesPerRequest: 1,
    commandTimeout: 1000, // a Redis that hangs would never answer
    socketTimeout: 3000, // a connection that died in silence would be kept for minutes
  },
  defaultJobOptions: {
    attempts: 5,
    backoff: { type: 'exponential', delay: 2000, jitter: 0.5 },
    removeOnComplete: { age: 3600, count: 5000 },
    removeOnFail: { age: 7 * 24 * 3600 },
  },
});
emailQueue.on('error', (err) => console.error('queue connection', err.message));
