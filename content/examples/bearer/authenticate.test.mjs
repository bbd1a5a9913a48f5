import assert from 'node:assert/strict';
import { test } from 'node:test';
import express from 'express';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import request from 'supertest';

const { publicKey, privateKey } = await generateKeyPair('Ed25519');
const { privateKey: foreign } = await generateKeyPair('Ed25519');
let keys = { keys: [{ ...(await exportJWK(publicKey)), kid: '1', alg: 'Ed25519' }] };
const outside = globalThis.fetch;
globalThis.fetch = async (url, init) => (String(url).startsWith('https://id.example.com')
  ? new Response(keys ? JSON.stringify(keys) : 'down', { status: keys ? 200 : 503 }) : outside(url, init));

const fresh = async (query) => {
  const { authenticate } = await import(`./authenticate.js?${query}`);
  return express().use(authenticate).get('/', (req, res) => res.json(req.user))
    .use((err, req, res, next) => res.status(500).json({ error: 'ours' }));
};
const token = (claims = {}, { key = privateKey, alg = 'Ed25519', exp = '5m' } = {}) => new SignJWT({ sub: 'u1', ...claims })
  .setProtectedHeader({ alg, kid: '1' }).setIssuer(claims.iss ?? 'https://id.example.com')
  .setAudience(claims.aud ?? 'https://api.example.com').setExpirationTime(exp).sign(key);
const get = (app, authorization) => request(app).get('/').set(authorization ? { authorization } : {});

const app = await fresh('good');
test('a good token says who calls', async () => {
  const { status, body } = await get(app, `bearer ${await token({ roles: ['editor'] })}`);
  assert.deepEqual([status, body], [200, { id: 'u1', roles: ['editor'] }]);
  assert.deepEqual((await get(app, `Bearer ${await token({ roles: 'editor' })}`)).body.roles, ['editor']);
});

for (const [what, make] of Object.entries({
  'no header': async () => '',
  'another scheme': async () => 'Basic abc',
  'another audience': async () => `Bearer ${await token({ aud: 'https://other.example' })}`,
  'another issuer': async () => `Bearer ${await token({ iss: 'https://evil.example' })}`,
  'a foreign key': async () => `Bearer ${await token({}, { key: foreign })}`,
  'an expired one': async () => `Bearer ${await token({}, { exp: '-1m' })}`,
  'a symmetric one': async () => `Bearer ${await token({}, { alg: 'HS256', key: new Uint8Array(32) })}`,
  'no token': async () => 'Bearer x.y.z',
})) {
  test(`${what} gets 401 and a challenge`, async () => {
    const answer = await get(app, await make());
    assert.equal(answer.status, 401);
    assert.match(answer.get('www-authenticate'), /^Bearer/);
  });
}

test('when the keys cannot be had, the token is not blamed', async () => {
  keys = null;
  assert.equal((await get(await fresh('down'), `Bearer ${await token()}`)).status, 500);
});
