import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { listenForChanges } from './listener.js';

test('changes are told at commit, once each, and a lost connection is a gap', async () => {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
  await pool.query('CREATE TABLE articles (id bigint PRIMARY KEY, title text)');
  await pool.query(readFileSync('trigger.sql', 'utf8'));
  const heard = [];
  const listener = listenForChanges({
    connectionString: process.env.DATABASE_URL,
    onChange: ({ table, id }) => heard.push(`${table} ${id}`),
    onGap: () => heard.push('gap'),
  });
  const until = async (length) => { while (heard.length < length) await sleep(20); };
  await until(1);
  await pool.query("INSERT INTO articles VALUES (7, 'a'); UPDATE articles SET title = 'b'; DELETE FROM articles");
  await pool.query("BEGIN; INSERT INTO articles VALUES (8, 'a'); ROLLBACK");
  await until(2);
  await pool.query("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query = 'LISTEN cache' AND datname = current_database()");
  await until(3);
  await pool.query("INSERT INTO articles VALUES (9007199254740993, 'c')");
  await until(4);
  assert.deepEqual(heard, ['gap', 'articles 7', 'gap', 'articles 9007199254740993']);
  await listener.stop();
  await pool.end();
});

test('a notification that says nothing counts as a gap', async () => {
  const connectionString = process.env.DATABASE_URL;
  const heard = [];
  const listener = listenForChanges({ connectionString, onChange: ({ id }) => heard.push(id), onGap: () => heard.push('gap') });
  const pool = new pg.Pool({ connectionString });
  while (heard.length < 1) await sleep(20);
  await pool.query("NOTIFY cache; NOTIFY cache, 'null'; NOTIFY cache, '{\"id\":1}'");
  while (heard.length < 4) await sleep(20);
  assert.deepEqual(heard, ['gap', 'gap', 'gap', 1]);
  await listener.stop();
  await pool.end();
});

test('a cache that refuses for a while is asked again, and ends nothing', async () => {
  const connectionString = process.env.DATABASE_URL;
  const heard = [];
  let away = false;
  const listener = listenForChanges({
    connectionString,
    onChange: async ({ id }) => { heard.push(id); return Promise.reject(); },
    onGap: async () => { heard.push(away ? 'gap fails' : 'gap'); if (away) { away = false; throw new Error('no cache'); } },
  });
  const pool = new pg.Pool({ connectionString });
  while (heard.length < 1) await sleep(20);
  away = true;
  await pool.query("NOTIFY cache, '{\"id\":1}'");
  while (heard.length < 4) await sleep(20);
  assert.deepEqual(heard, ['gap', 1, 'gap fails', 'gap']);
  await listener.stop();
  await pool.end();
});

test('a server that accepts and says nothing is given up', async () => {
  const silent = net.createServer((socket) => socket.on('error', () => {})).listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const connectionString = `postgres://kb@127.0.0.1:${silent.address().port}/kb`;
  const listener = listenForChanges({ connectionString, onChange() {}, onGap() {} });
  await once(silent, 'connection');
  await once(silent, 'connection');            // it tries again, after five seconds and one
  await listener.stop();
  silent.close();
});

test('a server that froze does not hold up the end, nor a new connection', async () => {
  const { hostname, port, pathname, username } = new URL(process.env.DATABASE_URL);
  const sides = [];
  let frozen = false;
  const proxy = net.createServer({ allowHalfOpen: true }, (socket) => {      // as a server that is stopped: it takes all, and says nothing
    const up = net.connect(Number(port), hostname);
    socket.on('data', (data) => frozen || up.write(data));
    up.on('data', (data) => frozen || socket.write(data));
    for (const side of [socket, up]) { side.on('error', () => {}); sides.push(side); }
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  const heard = [];
  const listener = listenForChanges({
    connectionString: `postgres://${username}@127.0.0.1:${proxy.address().port}${pathname}`, onChange() {},
    onGap() { heard.push('gap'); },
  });
  while (heard.length < 1) await sleep(20);
  frozen = true;
  await listener.stop();
  assert.deepEqual(heard, ['gap']);
  for (const side of sides) side.destroy();
  proxy.close();
});
