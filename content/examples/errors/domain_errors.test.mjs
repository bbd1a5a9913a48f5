import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, before } from 'node:test';
import express from 'express';
import pg from 'pg';
import request from 'supertest';
import { errorHandler, toDomainError } from './domain_errors.js';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
before(() => pool.query(`
  CREATE TABLE users (id int PRIMARY KEY, email text NOT NULL UNIQUE);
  CREATE TABLE orders (id int PRIMARY KEY, customer_id int NOT NULL REFERENCES users);
  CREATE TABLE kept (id int PRIMARY KEY, user_id int REFERENCES users ON DELETE RESTRICT);
  CREATE TABLE stock (sku text PRIMARY KEY, qty int CHECK (qty >= 0), price int CHECK (price > 0));
  INSERT INTO users VALUES (1, 'ada@example.com'), (2, 'bo@example.com');
  INSERT INTO orders VALUES (1, 1); INSERT INTO kept VALUES (1, 2);`));
after(() => pool.end());

const app = express().use(express.text()).post('/', async (req, res) => {
  await pool.query(req.body).catch((error) => { throw toDomainError(error); });
  res.end();
}).use(errorHandler).use((error, req, res, next) => res.status(500).json({ error: 'bug', code: error.code }));

for (const [statement, status, error] of [
  ["INSERT INTO users VALUES (3, 'ada@example.com')", 409, 'This email address is already registered.'],
  ["INSERT INTO users VALUES (1, 'new@example.com')", 409, 'This value is already taken.'],
  ['INSERT INTO orders VALUES (2, 99)', 422, 'This customer does not exist.'],
  ['DELETE FROM users WHERE id = 1', 409, 'Other data still refers to this.'],
  ['DELETE FROM users WHERE id = 2', 409, 'Other data still refers to this.'],
  ["INSERT INTO stock VALUES ('tea', -1, 1)", 422, 'The quantity cannot be negative.'],
  ["INSERT INTO stock VALUES ('tea', 1, 0)", 500, 'bug'],
  ['INSERT INTO users VALUES (4, NULL)', 500, 'bug'],
]) {
  test(`${statement} is answered with ${status}`, async () => {
    const answer = await request(app).post('/').set('content-type', 'text/plain').send(statement);
    assert.deepEqual([answer.status, answer.body.error], [status, error]);
  });
}
