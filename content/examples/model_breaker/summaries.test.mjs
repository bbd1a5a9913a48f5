import assert from 'node:assert/strict';
import { test } from 'node:test';
import request from 'supertest';
import { model } from './model.js';
import { app } from './summaries.js';

const told = (err, req, res, next) => res.status(err.status ?? 500).json({ error: err.message });
app.use(told);
const post = (to = app) => request(to).post('/summaries').send({ text: 'a long text' });

test('a summary is answered, a refused request does not open the circuit', async () => {
  assert.deepEqual((await post()).body, { summary: 'a long tex' });
  model.answer = async () => { throw Object.assign(new Error('too long'), { status: 400 }); };
  for (let i = 0; i < 15; i += 1) assert.equal((await post()).status, 502);
});

test("the provider's 401 is not told to the user as one", async () => {
  model.answer = async () => { throw Object.assign(new Error('bad key'), { status: 401 }); };
  assert.deepEqual([(await post()).status, (await post()).body.error], [502, 'summary failed']);
});

test('a request without a text asks nobody', async () => {
  const before = model.calls;
  assert.deepEqual([(await request(app).post('/summaries')).status, model.calls], [400, before]);
});

test('the fifty-first call at once is refused, which opens nothing', async () => {
  let release;
  const held = new Promise((resolve) => { release = resolve; });
  const before = model.calls;
  model.answer = async () => { await held; return { summary: 'late' }; };
  const fifty = Array.from({ length: 50 }, () => post().then(({ status }) => status));
  while (model.calls < before + 50) await new Promise((done) => setTimeout(done, 10));
  for (let i = 0; i < 15; i += 1) assert.equal((await post()).status, 503);
  release();
  assert.deepEqual(new Set(await Promise.all(fifty)), new Set([200]));
  assert.equal((await post()).status, 200);
});

test('calls that are refused while fifty hang do not hide that the fifty failed', async () => {
  const { app: other } = await import('./summaries.js?a-breaker-of-its-own');
  other.use(told);
  let fail;
  const held = new Promise((resolve, reject) => { fail = () => reject(new Error('hung up')); });
  const before = model.calls;
  model.answer = () => held;
  const fifty = Array.from({ length: 50 }, () => post(other).then(({ status }) => status));
  while (model.calls < before + 50) await new Promise((done) => setTimeout(done, 10));
  for (let i = 0; i < 60; i += 1) assert.equal((await post(other)).status, 503);
  fail();
  assert.deepEqual(new Set(await Promise.all(fifty)), new Set([502]));
  assert.deepEqual([(await post(other)).status, model.calls], [503, before + 50]);
});

test('an outage opens it, and then nobody is asked', async () => {
  model.answer = async () => { throw Object.assign(new Error('overloaded'), { status: 529 }); };
  while ((await post()).status !== 503);
  const before = model.calls;
  const answer = await post();
  assert.deepEqual([answer.status, answer.body.error, answer.get('retry-after')], [503, 'summaries_unavailable', '30']);
  assert.equal(model.calls, before);
});
