import assert from 'node:assert/strict';
import { test } from 'node:test';
import client from 'prom-client';
import { connect } from './pool.js';

test('connections by state, and the time to get one', async () => {
  const [one, two] = [await connect(), await connect()];
  const third = connect();
  const text = await client.register.metrics();
  for (const line of ['{state="total"} 2', '{state="idle"} 0', '{state="waiting"} 1']) assert.ok(text.includes(`pg_pool_connections${line}`), line);
  one.release();
  (await third).release();
  two.release();
  assert.match(await client.register.metrics(), /pg_pool_acquire_seconds_count 3/);
});
