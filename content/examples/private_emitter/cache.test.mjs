import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Cache } from './cache.ts';

test('nobody outside can emit, and a listener can be taken off', () => {
  const cache = new Cache();
  assert.equal(cache.emit, undefined);
  const off = cache.onExpired(() => {});
  assert.equal(off(), undefined); // and not the emitter
});
