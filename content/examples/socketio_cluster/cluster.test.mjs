import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { once } from 'node:events';
import { spawn } from 'node:child_process';
import { io } from 'socket.io-client';

const first = 20_000 + ((2 * process.pid) % 10_000);      // below those that the system hands out
function node(port) {
  const child = spawn(process.execPath, ['server.js'], { env: { ...process.env, PORT: port }, stdio: 'inherit' });
  after(() => child.kill());
  return { child, socket: io(`http://127.0.0.1:${port}`, { transports: ['websocket'] }) };
}

test('what one node emits, the clients of the other hear', async () => {
  const [one, two] = [node(first), node(first + 1)];
  await Promise.all([once(one.socket, 'connect'), once(two.socket, 'connect')]);
  const heard = once(two.socket, 'heard');
  const again = setInterval(() => one.socket.emit('shout', 'hello'), 100);   // a node that began just now does not read yet
  after(() => clearInterval(again));
  assert.equal((await heard)[0], 'hello');               // an offset for recovery follows
  clearInterval(again);
  for (const { socket } of [one, two]) socket.close();
});

test('a recovered session has passed the middleware again', async () => {
  const { socket } = node(first + 2);
  assert.deepEqual((await once(socket, 'let in'))[0], { passed: 1, recovered: false });
  const heard = once(socket, 'heard');
  const again = setInterval(() => socket.emit('shout', 'hello'), 100);
  after(() => clearInterval(again));
  await heard;                                           // without a packet there is nothing to go on from
  clearInterval(again);
  const back = once(socket, 'let in');
  socket.io.engine.close();
  assert.deepEqual((await back)[0], { passed: 2, recovered: true });
  socket.close();
});
