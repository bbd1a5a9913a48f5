import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, before } from 'node:test';
import express from 'express';
import pg from 'pg';
import request from 'supertest';
import { searchRouter } from './search.js';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
const app = express().use(searchRouter(pool));
before(() => pool.query(`
  CREATE TABLE articles (id int PRIMARY KEY, title text,
    search tsvector GENERATED ALWAYS AS (to_tsvector('english', title)) STORED);
  INSERT INTO articles VALUES (1, 'Running shoes'), (2, 'A runner runs'), (3, 'Tea')`));
after(() => pool.end());
const ids = async (q) => (await request(app).get('/search').query({ q })).body.items.map((item) => item.id);

test('forms of a word are found, and words can be excluded', async () => {
  assert.deepEqual((await ids('run')).sort(), [1, 2]);
  assert.deepEqual(await ids('run -shoes'), [2]);
});

test('nothing that is typed is an error of the server', async () => {
  for (const q of ["'", '"', 'a & | !', ':*', '(((', '\\', 'x'.repeat(5000), `${'-'.repeat(40)}a`, `${'- '.repeat(40)}a`, 'a\0b', `-"${'-"'.repeat(50)}`]) {
    assert.deepEqual(await ids(q), []);
  }
  assert.deepEqual(await ids(`run ${'-'.repeat(40)}`), [1, 2]);
});

test('a search without words, or with several, is refused', async () => {
  for (const path of ['/search', '/search?q=', '/search?q=%20', '/search?q=---', '/search?q=a&q=b']) {
    assert.equal((await request(app).get(path)).status, 400);
  }
});
