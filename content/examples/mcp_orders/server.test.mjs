import assert from 'node:assert/strict';
import { test } from 'node:test';
import { once } from 'node:events';
import { request } from 'node:http';
import { after } from 'node:test';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { app } from './server.js';
import { orders } from './orders.js';
import { AUDIENCE } from './tokens.js';

const http = app.listen(0, '127.0.0.1');
await once(http, 'listening');
after(() => http.close());
const url = new URL(`http://127.0.0.1:${http.address().port}/mcp`);

const faults = [];
async function connect(customer, scopes, { audience = AUDIENCE, mode = 'auto' } = {}) {
  const client = new Client({ name: 'test', version: '1.0.0' }, { versionNegotiation: { mode } });
  client.onerror = (err) => faults.push(err.message);
  const headers = { authorization: `Bearer ${customer}|${audience}|${scopes}` };
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  return client;
}
const say = async (client, name, args) => {
  const { content: [{ text }], isError } = await client.callTool({ name, arguments: args });
  return isError ? `error: ${text}` : JSON.parse(text);
};

test('both generations of the protocol are served', async () => {
  for (const [mode, version] of [['auto', '2026-07-28'], ['legacy', '2025-11-25']]) {
    const client = await connect('ada', 'orders:read', { mode });
    assert.equal(client.getNegotiatedProtocolVersion(), version);
    assert.deepEqual((await client.listTools()).tools.map(({ name }) => name), ['find_orders', 'cancel_order']);
  }
  for (const method of ['GET', 'DELETE']) {                 // a client of 2025 asks for a stream: 404 would be a fault to it
    const headers = { authorization: `Bearer ada|${AUDIENCE}|orders:read`, accept: 'text/event-stream' };
    assert.equal((await fetch(url, { method, headers })).status, 405);
  }
  assert.deepEqual(faults, []);
});

test('a customer reads and cancels her own orders, once', async () => {
  const client = await connect('ada', 'orders:read+orders:write');
  assert.deepEqual((await say(client, 'find_orders', {})).map(({ id }) => id), [2, 1]);
  assert.match(await say(client, 'cancel_order', { id: 3 }), /no open order/);
  assert.equal((await say(client, 'cancel_order', { id: 1 })).status, 'cancelled');
  assert.match(await say(client, 'cancel_order', { id: 1 }), /no open order/);
});

test('a token that may read cannot cancel, and an argument names no other customer', async () => {
  for (const mode of ['auto', 'legacy']) {
    const client = await connect('bo', 'orders:read', { mode });
    await assert.rejects(say(client, 'cancel_order', { id: 3 }), { requiredScope: 'orders:write' });
  }
  assert.equal((await orders.find('bo', 'open', 20)).length, 1);
  const client = await connect('bo', 'orders:read+orders:write');
  assert.match(await say(client, 'find_orders', { customer: 'ada' }), /Unrecognized key/);
  assert.match(await say(client, 'cancel_order', { id: 'all' }), /expected number/);
});

test('a page that rebinds its name to this address is refused', async () => {
  const asked = await Promise.all(['shop.example', 'evil.example'].map(async (host) => {
    const req = request({ port: url.port, path: '/mcp', method: 'POST', headers: { host } });
    req.end();
    const [res] = await once(req, 'response');
    res.resume();
    return res.statusCode;
  }));
  assert.deepEqual(asked, [401, 403]);
});

test('a token for another service opens nothing, nor does none', async () => {
  await assert.rejects(connect('ada', 'orders:read', { audience: 'https://other.example' }), /401/);
  await assert.rejects(connect('ada', 'profile'), /Insufficient scope/);
  const answer = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
  assert.equal(answer.status, 401);
  assert.match(answer.headers.get('www-authenticate'), /^Bearer/);
});

test('what the database says of itself is not told', async () => {
  const client = await connect('ada', 'orders:read+orders:write');
  orders.find = orders.cancel = async () => { throw new Error('connect ECONNREFUSED 10.0.0.5:5432'); };
  assert.equal(await say(client, 'find_orders', {}), 'error: internal error');
  assert.equal(await say(client, 'cancel_order', { id: 2 }), 'error: internal error');
});
