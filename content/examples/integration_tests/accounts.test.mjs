import './prepare.mjs';
// --8<-- [start:shown]
import { after, before, beforeEach, test } from 'node:test';
import assert from 'node:assert/strict';
import request from 'supertest';
import { createApp } from './src/app.js';
import { testDatabase } from './test/support/database.js';

let db, app;
before(async () => { db = await testDatabase(); app = createApp({ pool: db.pool }); });
beforeEach(() => db.reset());
after(() => db?.close());

test('two registrations at once: one wins, one gets 409', async () => {
  const post = () => request(app).post('/accounts').send({ email: 'ann@example.com' });
  const statuses = (await Promise.all([post(), post()])).map((r) => r.status).sort();
  assert.deepEqual(statuses, [201, 409]);
  const { rows } = await db.pool.query('SELECT count(*)::int AS n FROM account');
  assert.equal(rows[0].n, 1);
});
// --8<-- [end:shown]

test('what the parser refuses keeps its status', async () => {
  const post = (body, encoding = 'identity') => request(app).post('/accounts').set({ 'content-type': 'application/json', 'content-encoding': encoding }).send(body);
  const answers = [await post('{'), await post(JSON.stringify('x'.repeat(200_000))), await post('{}', 'zip')];
  assert.deepEqual(answers.map(({ status, body }) => [status, body.error]), [
    [400, 'entity.parse.failed'], [413, 'entity.too.large'], [415, 'encoding.unsupported']]);
});

test('where no database can be made, no connection is left that would hold the run', async () => {
  const others = async () => (await db.pool.query(`SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE query LIKE 'CREATE DATABASE test_%' AND pid <> pg_backend_pid()`)).rows[0].n;
  await db.pool.query('ALTER DATABASE app_template RENAME TO away');
  try {
    await assert.rejects(testDatabase(), { code: '3D000' });
  } finally {
    await db.pool.query('ALTER DATABASE away RENAME TO app_template');
  }
  for (let n = 0; n < 50 && await others() > 1; n += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(await others(), 1);                        // that of `db` itself
});

test('nor where it cannot be dropped', async () => {
  const other = await testDatabase();
  const { rows: [{ name }] } = await other.pool.query('SELECT current_database() AS name');
  await other.pool.end();
  other.pool.end = async () => {};
  await db.pool.query(`DROP DATABASE ${name}`);
  await assert.rejects(other.close(), { code: '3D000' });
  const left = async () => (await db.pool.query("SELECT count(*)::int AS n FROM pg_stat_activity WHERE query LIKE 'DROP DATABASE test_%' AND pid <> pg_backend_pid()")).rows[0].n;
  for (let n = 0; n < 50 && await left() > 0; n += 1) await new Promise((resolve) => setTimeout(resolve, 20));
  assert.equal(await left(), 0);
});
