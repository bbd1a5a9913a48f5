import { emailQueue } from './queues/email.queue.js';

// --8<-- [start:schedule]
await emailQueue.upsertJobScheduler(
  'nightly-digest',
  { pattern: '0 3 * * *', tz: 'Europe/Zurich' },
  { name: 'digest', data: {}, opts: { attempts: 3 } },
);
// --8<-- [end:schedule]
