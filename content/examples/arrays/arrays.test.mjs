import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after } from 'node:test';
import pg from 'pg';
import { registerEnumArray } from './enum_arrays.js';
import { insertReadings } from './readings.js';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
after(() => pool.end());

test('any number of rows goes in by one statement', async () => {
  await pool.query('CREATE TABLE readings (sensor_id bigint, taken_at timestamptz, value float8)');
  await insertReadings(pool, Array.from({ length: 5000 }, (_, i) => ({ sensorId: i, takenAt: new Date(i), value: i / 2 })));
  await insertReadings(pool, []);
  const { rows } = await pool.query('SELECT count(*)::int AS n, sum(value) AS total FROM readings');
  assert.deepEqual(rows, [{ n: 5000, total: 6248750 }]);
});

test('an enum array is text until its type is registered', async () => {
  await pool.query("CREATE TYPE order_status AS ENUM ('new', 'paid')");
  const statuses = async () => (await pool.query("SELECT ARRAY['new', 'paid']::order_status[] AS s")).rows[0].s;
  assert.equal(await statuses(), '{new,paid}');
  await registerEnumArray(pool, 'order_status');
  assert.deepEqual(await statuses(), ['new', 'paid']);
});
