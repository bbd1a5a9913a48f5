import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { emailQueue } from './queues/email.queue.js';
import { attempts } from './mail.js';
import './workers/email.worker.js';

async function ended(job, state) {
  while ((await job.getState()) !== state) await sleep(20);
  return job;
}

test('a mail is sent once, with its reason as the key by which it is not sent twice', async () => {
  const data = { to: 'ada', reason: 'welcome-1' };
  const job = await emailQueue.add('welcome', data, { jobId: 'welcome-1' });
  await emailQueue.add('welcome', data, { jobId: 'welcome-1' });
  await ended(job, 'completed');
  assert.deepEqual(attempts, [['ada', 'welcome-1', true]]);
});

test('the digest of the schedule is no mail', async () => {
  const before = attempts.length;
  const job = await ended(await emailQueue.add('digest', {}), 'completed');
  assert.deepEqual([(await emailQueue.getJob(job.id)).returnvalue, attempts.length], ['digests', before]);
});

test('an unknown mailbox fails at once, a busy server is tried again later', async () => {
  const [lost, busy] = [await emailQueue.add('a', { to: 'nobody' }), await emailQueue.add('b', { to: 'busy' })];
  await ended(lost, 'failed');
  await ended(busy, 'delayed');
  const { delay } = (await emailQueue.getJob(busy.id));
  assert.ok(delay >= 1000 && delay <= 2000, `${delay}`);
  assert.equal(attempts.filter(([to]) => to === 'nobody').length, 1);
});

test('a schedule is there once, however often it is written', async () => {
  await import('./schedule.js');
  await import('./schedule.js?again');
  const [schedule, ...more] = await emailQueue.getJobSchedulers();
  assert.deepEqual([schedule.key, schedule.pattern, schedule.tz, more], ['nightly-digest', '0 5 * * *', 'Europe/Zurich', []]);
});
