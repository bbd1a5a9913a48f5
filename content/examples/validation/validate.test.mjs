import assert from 'node:assert/strict';
import { test } from 'node:test';
import express from 'express';
import request from 'supertest';
import { z } from 'zod';
import { validate } from './validate.js';

const app = express().use(express.json());
app.post('/', validate({ body: z.object({ n: z.int() }), query: z.object({ page: z.coerce.number().default(1) }) }),
  (req, res) => res.json(res.locals.input));
app.use((err, req, res, next) => res.status(err.status).json({ error: err.message, fields: err.issues.map((i) => i.path.join()) }));

test('what goes on is what the schema let through', async () => {
  assert.deepEqual((await request(app).post('/?page=2&x=1').send({ n: 1, isAdmin: true })).body, { body: { n: 1 }, query: { page: 2 } });
});
for (const [path, body, error, field] of [['/', { n: 'x' }, 'invalid body', 'n'], ['/?page=x', { n: 1 }, 'invalid query', 'page']]) {
  test(`${error} names the field`, async () => {
    const answer = await request(app).post(path).send(body);
    assert.deepEqual([answer.status, answer.body], [422, { error, fields: [field] }]);
  });
}
