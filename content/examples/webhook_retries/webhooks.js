import { Queue, Worker, UnrecoverableError } from 'bullmq';

const connection = { url: process.env.REDIS_URL };

export const webhooks = new Queue('webhooks', {
  connection: { ...connection, enableOfflineQueue: false, maxRetriesPerRequest: 1, commandTimeout: 1000, socketTimeout: 3000 }, // or add hangs when Redis goes away
  defaultJobOptions: {
    attempts: 8,
    backoff: { type: 'as told' }, // see the end
    removeOnComplete: { age: 3600 },
    removeOnFail: { age: 7 * 24 * 3600 },
  },
});

export const worker = new Worker('webhooks', async (job) => {
  const res = await fetch(job.data.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': job.data.event.id }, // job.id is a mere counter
    body: JSON.stringify(job.data.event),
    redirect: 'manual', // a redirect may lead into your own network
    signal: AbortSignal.timeout(10_000),
  });
  await res.body?.cancel(); // an unread body would hold the connection
  if (res.ok) return;
  if (res.status < 500 && ![408, 409, 429].includes(res.status)) { // 409: an attempt that we gave up may still be at work
    throw new UnrecoverableError(`receiver answered ${res.status}`);
  }
  const told = res.headers.get('retry-after'); // seconds or a date
  const ms = Number.isNaN(Number(told)) ? Date.parse(told) - Date.now() : Number(told) * 1000;
  throw Object.assign(new Error(`receiver answered ${res.status}`), { toldMs: Math.min(Math.max(ms || 0, 0), 3_600_000) }); // an hour at most, whatever is asked for
}, {
  connection: { ...connection, socketTimeout: 15_000 },
  concurrency: 20,
  settings: { backoffStrategy: (attempt, type, err) => (err.toldMs ?? 0) + Math.floor(Math.random() * 1000 * 2 ** (attempt - 1)) },
});
for (const part of [webhooks, worker]) part.on('error', (err) => console.error('webhooks', err.message));
