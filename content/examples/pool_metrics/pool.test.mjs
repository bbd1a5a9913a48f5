import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
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

test('a connection that is lost while it is lent ends its query and not the process', async () => {
  const lent = await connect();
  const { rows: [{ pid }] } = await lent.query('SELECT pg_backend_pid() AS pid');
  const other = new pg.Client(process.env.DATABASE_URL);
  await other.connect();
  const lost = new Promise((done) => lent.once('end', done));
  await other.query('SELECT pg_terminate_backend($1)', [pid]);
  await lost;
  await assert.rejects(lent.query('SELECT 1'));
  lent.release(true);
  await other.end();
});
