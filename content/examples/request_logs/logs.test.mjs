import assert from 'node:assert/strict';
import { test } from 'node:test';
import express from 'express';
import request from 'supertest';
import { errorLog, requestLog } from './express.js';
import { logger, requestContext } from './logger.js';

const lines = [];
logger.transports[0].log = (info, done) => { lines.push(JSON.parse(info[Symbol.for('message')])); done(); };
const app = express().use(requestLog, express.json());
app.use('/orders', express.Router().get('/:id', (req, res) => { logger.info('reading'); res.end(); }));
app.post('/orders', async () => { throw new Error('could not save', { cause: Object.assign(new Error('cut'), { code: '57P01' }) }); });
app.get('/foreign', async () => { throw Object.assign(new Error('not there'), { status: 401 }); });
app.get('/half', async (req, res) => { res.write('half'); throw new Error('cut'); });
app.use(errorLog);

test('all lines of a request have its id, and the path is whole', async () => {
  await request(app).get('/orders/7').set('x-request-id', 'request-1');
  assert.deepEqual(lines.splice(0).map(({ message, requestId, path, status, service }) => [message, requestId, path, status, service]), [
    ['reading', 'request-1', undefined, undefined, 'orders-api'], ['request completed', 'request-1', '/orders/7', 200, 'orders-api']]);
});

test('a field of a call does not replace the id of its request', () => {
  lines.length = 0;
  requestContext.run({ requestId: 'request-9' }, () => logger.info('saved', { requestId: 'forged' }));
  assert.equal(lines.splice(0)[0].requestId, 'request-9');
});

test('a listener that runs in the store of another request can leave it', () => {
  lines.length = 0;
  requestContext.run({ requestId: 'request-9' }, () => {
    requestContext.run(undefined, () => logger.info('idle connection failed'));
    requestContext.run({ requestId: 'request-8' }, () => logger.info('notice'));
  });
  assert.deepEqual(lines.splice(0).map(({ requestId }) => requestId), [undefined, 'request-8']);
});

test('an error is logged with its cause, and the client learns nothing but the id', async () => {
  const { status, body } = await request(app).post('/orders').set('x-request-id', 'request-2');
  assert.deepEqual([status, body], [500, { error: 'internal', requestId: 'request-2' }]);
  const [{ level, err }] = lines.splice(0);
  assert.deepEqual([level, err.message, err.cause.code], ['error', 'could not save', '57P01']);
});

test('an error of several errors keeps each of them', () => {
  lines.length = 0;
  logger.error('no connection', { err: new AggregateError([new Error('::1'), new Error('127.0.0.1')], '') });
  assert.deepEqual(lines.splice(0)[0].err.errors.map(({ message }) => message), ['::1', '127.0.0.1']);
});

test('a made up id does not get into the log, and broken JSON is no error of ours', async () => {
  const answer = await request(app).post('/orders').set('content-type', 'application/json').set('x-request-id', 'a b').send('{');
  assert.deepEqual([answer.status, answer.body.error], [400, 'bad_request']);
  assert.match(answer.get('x-request-id'), /^[0-9a-f-]{36}$/);
  assert.deepEqual(lines.map((line) => line.level), ['info', 'info']);
});

test('a 401 of another service is an error of ours', async () => {
  const answer = await request(app).get('/foreign');
  assert.deepEqual([answer.status, answer.body.error], [500, 'internal']);
});

test('a secret is not written, wherever it lies', () => {
  lines.length = 0;
  logger.info('login', { body: { user: 'ada', password: 'hunter2' }, headers: [{ 'set-cookie': 'sid=1' }], accessToken: 'abc' });
  const [{ timestamp, ...line }] = lines.splice(0);
  assert.ok(timestamp);
  assert.deepEqual(line, { level: 'info', message: 'login', service: 'orders-api', accessToken: '[redacted]',
    body: { user: 'ada', password: '[redacted]' }, headers: [{ 'set-cookie': '[redacted]' }] });
});

test('what has a form of its own in JSON keeps it, without its secrets, and bytes are counted', () => {
  lines.length = 0;
  const user = { toJSON: () => ({ name: 'ada', password: 'hunter2' }) };
  logger.info('saved', { at: new Date(0), link: new URL('https://a.example/x'), user, file: Buffer.alloc(2_000_000) });
  const [{ at, link, user: written, file }] = lines.splice(0);
  assert.deepEqual([at, link, written, file],
    ['1970-01-01T00:00:00.000Z', 'https://a.example/x', { name: 'ada', password: '[redacted]' }, '[2000000 bytes]']);
});

test('a value that cannot be read costs itself alone', () => {
  lines.length = 0;
  const closed = () => { throw new Error('closed'); };
  logger.info('saved', { id: 7, document: { toJSON: closed }, rows: [{ get first() { return closed(); } }, 1] });
  const [{ id, document, rows }] = lines.splice(0);
  assert.deepEqual([id, document, rows], [7, '[unreadable]', ['[unreadable]', 1]]);
});

test('an answer that breaks off is logged once, as JSON, and the client sees that it broke off', async (t) => {
  lines.length = 0;
  const printed = t.mock.method(console, 'error', () => {});
  await assert.rejects(request(app).get('/half'), { message: 'aborted' });
  assert.deepEqual(lines.splice(0).map(({ message, aborted }) => [message, aborted]), [['request failed', undefined], ['request completed', true]]);
  assert.equal(printed.mock.callCount(), 0);
});
