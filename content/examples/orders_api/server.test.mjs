import assert from 'node:assert/strict';
import { test } from 'node:test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import request from 'supertest';

process.env.PORT = '0';
const { createApp } = await import('./server.js');

for (const [path, status, body] of [
  ['/orders/7', 200, { id: 7, total: 1999 }], ['/orders/8', 404, { error: 'Order not found' }],
  ['/orders/0x7', 404, { error: 'Order not found' }],
  ['/legacy/a/b', 410, { error: 'Gone', path: 'a/b' }], ['/orders/%E0', 400, { error: "Failed to decode param '%E0'" }],
]) {
  test(`${path} is answered with ${status}`, async () => {
    const answer = await request(createApp()).get(path);
    assert.deepEqual([answer.status, answer.body], [status, body]);
  });
}

test('a port that is taken is an error at the start', async () => {
  const first = createApp().listen(0);
  await once(first, 'listening');
  const second = spawn(process.execPath, ['server.js'], { env: { ...process.env, PORT: first.address().port }, stdio: 'ignore' });
  assert.deepEqual((await once(second, 'exit'))[0], 1);
});
