import assert from 'node:assert/strict';
import { test } from 'node:test';
Object.assign(process.env, {
  AWS_REGION: 'eu-central-1', AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'secret', UPLOAD_BUCKET: 'incoming',
});
const { uploadTicket } = await import('./ticket.js');
const { startUpload } = await import('./start.js');

test('the policy of a POST holds the sizes and the kind', async () => {
  const { key, url, fields } = await uploadTicket({ id: 7 });
  assert.match(key, /^incoming\/7\/[0-9a-f-]{36}$/);
  assert.equal(url, 'https://incoming.s3.eu-central-1.amazonaws.com/');
  const { conditions, expiration } = JSON.parse(Buffer.from(fields.Policy, 'base64'));
  assert.deepEqual(conditions.slice(0, 2), [['content-length-range', 1, 20971520], ['starts-with', '$Content-Type', 'image/']]);
  assert.ok(new Date(expiration) - Date.now() <= 300_000);
});

test('a PUT is signed with its length and its type, and recorded before', async () => {
  const rows = [];
  const { key, url } = await startUpload({ uploads: { insert: async (row) => rows.push(row) }, userId: 7, type: 'image/png', size: 1000 });
  const query = new URL(url).searchParams;
  assert.deepEqual(query.get('X-Amz-SignedHeaders').split(';'), ['content-length', 'content-type', 'host']);
  assert.equal(query.get('X-Amz-Expires'), '300');
  assert.deepEqual([rows[0].key, rows[0].state], [key, 'pending']);
});

for (const bad of [{ type: 'text/html' }, { size: 0 }, { size: 20_000_001 }, { size: 1.5 }, { size: '5' }]) {
  test(`${JSON.stringify(bad)} gets no link`, async () => {
    await assert.rejects(startUpload({ uploads: {}, userId: 7, type: 'image/png', size: 1, ...bad }), { status: 422, message: /not allowed/ });
  });
}
