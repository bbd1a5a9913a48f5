import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sent } from './send.js';

test('the queue ends when the last job is done', async () => {
  await import('./queue.js');
  assert.deepEqual(sent, [1]);
});
