import { after, afterEach, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { passthrough } from 'msw';
import { http, HttpResponse } from 'msw/http';
import { setupServer } from 'msw/node';
import request from 'supertest';
import { createApp } from './app.js';

const RATES = 'https://rates.example.com/v1/rates/:currency';
const partner = setupServer(
  http.get(RATES, () => HttpResponse.json({ rate: 1.08 })),
  http.all(/^http:\/\/127\.0\.0\.1:\d+\//, () => passthrough()),    // supertest's own calls
);
before(() => partner.listen({ onUnhandledFrame: 'error' }));
afterEach(() => partner.resetHandlers());
after(() => partner.close());

test('answers 503 when the partner does', async () => {
  partner.use(http.get(RATES, () => new HttpResponse(null, { status: 503 })));
  const res = await request(createApp()).get('/quotes/EUR');
  assert.equal(res.status, 503);
  assert.equal(res.headers['retry-after'], '30');
});
