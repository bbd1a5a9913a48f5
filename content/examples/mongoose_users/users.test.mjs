import assert from 'node:assert/strict';
import { test } from 'node:test';
import mongoose from 'mongoose';
import { connect, disconnect } from './db.js';
import { mongoErrors } from './mongo-errors.js';
import { User } from './user.model.js';

// What happens before the wire: no mongod is needed for it.
const answer = (err) => new Promise((resolve) => {
  mongoErrors(err, {}, { status(code) { this.code = code; return this; }, json(body) { resolve([this.code, body.error, body.fields]); } }, () => resolve('passed on'));
});
const good = { email: ' Ada@Example.com ', name: 'Ada', passwordHash: 'x' };
const fault = (fields) => new User({ ...good, ...fields }).validate().then(() => null, (err) => err);

test('a good user is cleaned, and has a role', async () => {
  const user = new User(good);
  await user.validate();
  assert.deepEqual([user.email, [...user.roles]], ['ada@example.com', ['member']]);
});

for (const [fields, field] of [[{ roles: [] }, 'roles'], [{ roles: ['king'] }, 'roles.0'], [{ roles: [null] }, 'roles.0'], [{ email: '' }, 'email'], [{ email: 'x'.repeat(255) }, 'email'], [{ passwordHash: undefined }, 'passwordHash']]) {
  test(`${JSON.stringify(fields).slice(0, 40)} is answered with 422`, async () => {
    assert.deepEqual(await answer(await fault(fields)), [422, 'validation', [field]]);
  });
}

test('an unknown field and an id that is none are answered with 400', async () => {
  assert.throws(() => new User({ ...good, isAdmin: true }), { name: 'StrictModeError' });
  assert.deepEqual(await answer(await User.findById('nope').then(assert.fail, (err) => err)), [400, 'bad_value', ['_id']]);
});

test('without a server, start-up fails quickly and a query does not wait', async () => {
  await assert.rejects(User.findOne({ email: 'a' }), { name: 'MongooseError' });
  mongoose.connection.on('error', () => {});
  const start = performance.now();
  await assert.rejects(connect('mongodb://127.0.0.1:1/none'), { name: 'MongooseServerSelectionError' });
  assert.ok(performance.now() - start < 4000);
  await disconnect();
});

test('a document that was deleted before a save without a version is not found', async () => {
  assert.deepEqual(await answer(new mongoose.Error.DocumentNotFoundError({ _id: 1 }, 'User')), [404, 'not_found', []]);
});

test('a user who was changed or deleted between find and save is answered with 409', async (t) => {
  const user = User.hydrate({ _id: new mongoose.Types.ObjectId(), email: 'a', name: 'A', roles: ['member'], passwordHash: 'x', __v: 3 });
  user.roles = ['admin'];
  const { mock: sent } = t.mock.method(User.collection, 'updateOne', async () => ({ acknowledged: true, matchedCount: 0, modifiedCount: 0 }));
  assert.deepEqual(await answer(await user.save().then(assert.fail, (err) => err)), [409, 'stale_document', []]);
  assert.equal(sent.calls[0].arguments[0].__v, 3);
});

test('a pool that is used up is an outage too', async () => {
  assert.deepEqual(await answer({ name: 'MongoWaitQueueTimeoutError' }), [503, 'database_unavailable', []]);
});

test('an outage later on comes from the driver, under its own name', async () => {
  const client = new mongoose.mongo.MongoClient('mongodb://127.0.0.1:1', { serverSelectionTimeoutMS: 100 });
  assert.deepEqual(await answer(await client.connect().then(assert.fail, (err) => err)), [503, 'database_unavailable', []]);
});
