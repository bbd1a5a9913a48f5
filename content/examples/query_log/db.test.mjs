import assert from 'node:assert/strict';
import { test } from 'node:test';
import pg from 'pg';
import { createDb } from './db.js';

const lines = [];
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 1, connectionTimeoutMillis: 300 });
pool.on('error', () => {});
const db = createDb(pool, { logger: { warn: (message, fields) => lines.push(fields) }, slowMs: 100 });

test('quick queries are quiet, slow and failed ones are told without their values', async () => {
  await pool.query('SELECT 1');                         // the first connection takes its time
  assert.equal((await db.query('one', 'SELECT $1::int AS n', [1])).rows[0].n, 1);
  assert.deepEqual(lines, []);
  await db.query('slow', 'SELECT pg_sleep(0.15)');
  await assert.rejects(db.query('wrong', 'SELECT $1::int', ['secret']));
  assert.deepEqual(lines.map(({ query, rows, code, params }) => [query, rows, code, params]), [['slow', 1, undefined, 0], ['wrong', undefined, '22P02', 1]]);
  assert.ok(lines[0].runMs >= 140 && !JSON.stringify(lines).includes('secret'));
});

test('waiting for a connection is told apart from running', async () => {
  const both = await Promise.allSettled([db.query('holds', 'SELECT pg_sleep(0.5)'), db.query('waits', 'SELECT 1')]);
  assert.equal(both[1].status, 'rejected');
  const { query, runMs, waitMs, code } = lines.find((line) => line.query === 'waits');
  assert.equal(code, 'Error');                           // it has no code, and a failure must be seen as one
  assert.ok(runMs === 0 && waitMs >= 290, `${query} ${runMs} ${waitMs}`);
});

test('a lost connection is a failed query, not the end of the process', async () => {
  const other = new pg.Client({ connectionString: process.env.DATABASE_URL });
  await other.connect();
  const asked = assert.rejects(db.query('lost', 'SELECT pg_sleep(5)'));
  await new Promise((done) => setTimeout(done, 200));
  await other.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(5)' AND pid <> pg_backend_pid()");
  await asked;
  assert.equal((await db.query('again', 'SELECT 2 AS n')).rows[0].n, 2);
  await other.end();
  await pool.end();
});

test('a violated constraint costs no connection, also where the server speaks German', async () => {
  const released = [];
  const failing = (error) => createDb({ connect: async () => ({
    on() {}, off() {}, query: async () => { throw Object.assign(new Error('…'), error); }, release: (lost) => released.push(Boolean(lost)),
  }) }, { logger: { warn() {} } });
  for (const error of [{ severity: 'FEHLER', code: '23505' }, { severity: 'FATAL', code: '57P01' }, { code: 'ECONNRESET' }]) {
    await assert.rejects(failing(error).query('any', 'SELECT 1'));
  }
  assert.deepEqual(released, [false, true, true]);
});
