import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from './config.js';

const good = { NODE_ENV: 'test', DATABASE_URL: 'postgres://db/shop', SESSION_SECRET: 'x'.repeat(32) };

test('defaults are filled in and texts become values', () => {
  const config = loadConfig({ ...good, SIGNUP_OPEN: 'true' });
  assert.deepEqual([config.PORT, config.SIGNUP_OPEN, Object.isFrozen(config)], [3000, true, true]);
});

for (const [name, value] of Object.entries({
  NODE_ENV: 'prod', PORT: '70000', POOL_MAX: '0', DATABASE_URL: 'mysql://db/shop', SESSION_SECRET: 'short', SIGNUP_OPEN: 'perhaps',
})) {
  test(`${name}=${value} is refused by name`, () => {
    assert.throws(() => loadConfig({ ...good, [name]: value }), (error) => error.issues[0].path[0] === name);
  });
}
