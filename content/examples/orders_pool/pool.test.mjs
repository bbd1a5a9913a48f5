import assert from 'node:assert/strict';
import { test } from 'node:test';
import { pool } from './pool.js';

test('the server cancels what takes too long, and the process outlives its connections', async () => {
  assert.equal((await pool.query('SHOW statement_timeout')).rows[0].statement_timeout, '5s');
  assert.equal((await pool.query('SHOW application_name')).rows[0].application_name, 'orders-api');
  await pool.end();
});
