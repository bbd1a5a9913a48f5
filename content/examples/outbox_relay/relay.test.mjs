import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, before } from 'node:test';
import pg from 'pg';
import { runRelay } from './relay.js';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
pool.on('error', () => {});
before(() => pool.query(`CREATE TABLE outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, message_id text, topic text, key text,
  payload jsonb, published_at timestamptz)`));
after(() => pool.end());
const put = (...ids) => pool.query('INSERT INTO outbox (message_id) SELECT * FROM unnest($1::text[])', [ids]);
const waiting = async () => (await pool.query('SELECT count(*)::int AS n FROM outbox WHERE published_at IS NULL')).rows[0].n;
async function relay(publish) {
  const stop = new AbortController();
  const done = runRelay({ pool, publish, signal: stop.signal, batch: 10, idleMs: 10 });
  while (await waiting()) await new Promise((resolve) => setTimeout(resolve, 20));
  stop.abort();
  await done;
}

test('all are published once, in order, also those behind a failure', async () => {
  const heard = [];
  let failures = 2;
  await put('m1', 'm2', 'm3');
  await relay(async ({ message_id: id }) => {
    if (id === 'm2' && failures > 0) { failures -= 1; return Promise.reject(); }
    heard.push(id);
  });
  assert.deepEqual(heard, ['m1', 'm2', 'm3']);
});

test('a connection that is cut while publishing repeats, and loses nothing', async () => {
  const heard = [];
  let cut = true;
  await put('m4', 'm5');
  await relay(async ({ message_id: id }) => {
    heard.push(id);
    if (!cut) return;
    cut = false;
    await pool.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE state = 'idle in transaction'");
  });
  assert.deepEqual(new Set(heard), new Set(['m4', 'm5']));
  assert.ok(heard.length > 2);
});

test('a batch of nothing is followed by a rest, too', async () => {
  const stop = new AbortController();
  const client = { on() {}, off() {}, release() {}, query: async () => ({ rows: [] }) };
  let rounds = 0;
  const connect = async () => { rounds += 1; if (rounds === 3) stop.abort(); return client; };
  const done = runRelay({ pool: { connect }, publish() {}, signal: stop.signal, batch: 0, idleMs: 60_000 });
  await new Promise((resolve) => setImmediate(resolve));
  stop.abort();
  await done;
  assert.equal(rounds, 1);
});
