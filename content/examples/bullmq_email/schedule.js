import { emailQueue } from './queues/email.queue.js';

// --8<-- [start:schedule]
await emailQueue.upsertJobScheduler(
  'nightly-digest',
  { pattern: '0 5 * * *', tz: 'Europe/Zurich' }, // not at an hour that summer time takes or doubles
  { name: 'digest', data: {}, opts: { attempts: 3 } },
);
// --8<-- [end:schedule]
