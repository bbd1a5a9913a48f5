import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mkdtempSync, readdirSync } from 'node:fs';
import express from 'express';
import request from 'supertest';

const folder = mkdtempSync('./incoming-');
process.env.UPLOAD_TMP = folder;
const { avatarRouter } = await import('./router.js');
const stored = [];
const requireUser = (req, res, next) => (req.get('authorization') ? (req.user = { id: 7 }, next()) : res.sendStatus(401));
const app = express()
  .use(avatarRouter({ requireUser, avatars: { replace: async (id, { type }) => { stored.push([id, type]); return { type }; } } }))
  .use((error, req, res, next) => res.status(error.status ?? (error.name === 'MulterError' ? 413 : 500)).json({ error: error.message }));
const png = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(100)]);
const post = (field, bytes, options) => request(app).post('/avatar').set('authorization', 'x').attach(field, bytes, options);

for (const [what, field, bytes, options, status] of [
  ['a PNG', 'avatar', png, { filename: '../../x.png', contentType: 'image/png' }, 201],
  ['a script that says it is a PNG', 'avatar', Buffer.from('<script>'), { filename: 'x.png', contentType: 'image/png' }, 415],
  ['an empty file', 'avatar', Buffer.alloc(0), { filename: 'x.png', contentType: 'image/png' }, 415],
  ['a page', 'avatar', png, { filename: 'x.html', contentType: 'text/html' }, 415],
  ['six megabytes', 'avatar', Buffer.concat([png, Buffer.alloc(6e6)]), { filename: 'x.png', contentType: 'image/png' }, 413],
  ['another field', 'picture', png, { filename: 'x.png', contentType: 'image/png' }, 413],
]) {
  test(`${what} is answered with ${status}, and leaves no file behind`, async () => {
    assert.equal((await post(field, bytes, options)).status, status);
    assert.deepEqual(readdirSync(folder), []);
  });
}

test('only the picture was stored, and nothing without a login or without a file', async () => {
  assert.equal((await request(app).post('/avatar').attach('avatar', png, 'x.png')).status, 401);
  assert.equal((await request(app).post('/avatar').set('authorization', 'x').field('a', 'b')).status, 400);
  assert.deepEqual(stored, [[7, 'image/png']]);
});
