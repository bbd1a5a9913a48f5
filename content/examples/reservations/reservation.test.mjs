import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseReservation } from './reservation.ts';

test('a reservation is trimmed', () => {
  assert.deepEqual(parseReservation({ sku: ' TEA-12 ', quantity: 2 }), { sku: 'TEA-12', quantity: 2 });
});

for (const body of [null, [], {}, { sku: 'tea-1', quantity: 1 }, { sku: 'TEA-1', quantity: 0 }, { sku: 'TEA-1', quantity: '2' },
  { sku: 'TEA-1', quantity: 3_000_000_000 },
  { sku: 'TEA-1', quantity: 1, isAdmin: true }]) {
  test(`${JSON.stringify(body)} is refused`, () => {
    assert.throws(() => parseReservation(body), { name: 'ZodError' });
  });
}
