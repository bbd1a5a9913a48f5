// workers/email.worker.js: its own process
import { Worker, UnrecoverableError } from 'bullmq';
import { addDigests, sendMail, MailboxUnknownError } from '../mail.js';

const worker = new Worker('email', async (job, token, signal) => {
  if (job.name === 'digest') return addDigests(); // the schedule below: one mail job per reader
  const limit = AbortSignal.any([signal, AbortSignal.timeout(20_000)]); // BullMQ sets none: a mail server that hangs would keep all slots
  try {
    await sendMail(job.data, { idempotencyKey: job.data.reason, signal: limit }); // job.id is a mere counter
  } catch (err) {
    if (err instanceof MailboxUnknownError) throw new UnrecoverableError(err.message);
    throw err; // retried with backoff
  }
}, {
  connection: { url: process.env.REDIS_URL, maxRetriesPerRequest: null, socketTimeout: 15_000 }, // it may wait 10 s for a job
  concurrency: 25,
  limiter: { max: 100, duration: 1000 },
});

worker.on('failed', (job, err) => {
  const last = job?.finishedOn !== undefined; // false while retries are left
  console.error({ jobId: job?.id, attempt: job?.attemptsMade, last, err: err.message });
});
worker.on('error', (err) => console.error('worker connection', err.message));

process.on('SIGTERM', async () => { // with once, a second signal would cut the jobs off
  setTimeout(() => process.exit(1), 25_000).unref(); // a mail ends in 20 s; without Redis close() may never
  await worker.close(); // stop taking jobs, wait for active ones
  process.exit(0);
});
