import assert from 'node:assert/strict';
import { test } from 'node:test';
import { metered } from './metered.js';
import { month, rows } from './store.js';

const ask = { tenant: 'acme', feature: 'summary', model: 'small', maxMicros: 30_000n };
const answer = async () => ({ result: 'short', usage: { input: 1000, output: 500 }, outcome: 'ok' });

test('a call costs what it used, not what was reserved', async () => {
  assert.equal(await metered(ask, answer), 'short');
  assert.deepEqual([month.spent, rows.length, rows[0].cost], [3000n, 1, 3000n]);
});

test('a failure gives the reservation back', async () => {
  await assert.rejects(metered(ask, async () => { throw new Error('down'); }), /down/);
  assert.equal(month.spent, 3000n);
});

test('calls at once cannot pass the limit together', async () => {
  const all = await Promise.allSettled(Array.from({ length: 5 }, () => metered(ask, answer)));
  const refused = all.filter(({ reason }) => reason?.code === 'AI_BUDGET');
  assert.equal(refused.length, 2);
  assert.equal(month.spent, 12000n);
});

test('an unknown model is refused before it is called', async () => {
  await assert.rejects(metered({ ...ask, model: 'new' }, assert.fail), /no price/);
});

test('a usage that cannot be priced counts with the worst case', async () => {
  const before = month.spent;
  await assert.rejects(metered(ask, async () => ({ result: 'short', usage: { input: 1000 }, outcome: 'ok' })));
  assert.equal(month.spent, before + 30_000n);
});
