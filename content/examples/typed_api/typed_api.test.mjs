import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spawnSync } from 'node:child_process';
import { NewOrder, cancel } from './src/orders.ts';

const tsc = (project) => spawnSync('node_modules/.bin/tsc', ['--project', project, '--pretty', 'false'], { encoding: 'utf8', env: { ...process.env, PATH: `${process.execPath.replace(/node$/, '')}:${process.env.PATH}` } });

test('the program has no error of types', () => {
  const { stdout, status } = tsc('tsconfig.json');
  assert.equal(stdout, '');
  assert.equal(status, 0);
});

test('each wrong line is found by the compiler', () => {
  const found = tsc('wrong/tsconfig.json').stdout.split('\n').filter((line) => line.startsWith('wrong/'));
  assert.deepEqual(found.map((line) => line.match(/\((\d+),.*(TS\d+)/).slice(1, 3).join(' ')), [
    '7 TS2345', '8 TS2532', '9 TS2339', '11 TS2339', '12 TS2322', '13 TS1294',
  ]);
});

test('at run time only the schema checks', () => {
  assert.deepEqual(NewOrder.parse({ sku: 'TEA-1', quantity: 2 }), { sku: 'TEA-1', quantity: 2 });
  assert.throws(() => NewOrder.parse({ sku: 'TEA-1', quantity: '2' }), { name: 'ZodError' });
});

test('who may cancel what', () => {
  const open = { status: 'open', id: 'o', customer: 'ada' };
  assert.deepEqual(cancel(open, 'ada', 'late'), { ok: true, order: { status: 'cancelled', id: 'o', customer: 'ada', reason: 'late' } });
  assert.deepEqual(cancel(open, 'bo', 'late'), { ok: false, error: 'not_found' });
  assert.deepEqual(cancel(undefined, 'bo', 'late'), { ok: false, error: 'not_found' });
  assert.deepEqual(cancel({ ...open, status: 'shipped', tracking: '1' }, 'ada', 'late'), { ok: false, error: 'too_late' });
});
