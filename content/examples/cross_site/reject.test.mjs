import assert from 'node:assert/strict';
import { test } from 'node:test';
import express from 'express';
import request from 'supertest';
import { rejectCrossSite } from './reject.js';

const app = express().use(rejectCrossSite).use((req, res) => res.sendStatus(204));
const status = async (method, headers) => (await request(app)[method]('/').set(headers)).status;

for (const [what, method, headers, expected] of [
  ['our own page', 'post', { 'sec-fetch-site': 'same-origin', origin: 'https://api.example.com' }, 204],
  ['our front end on another host', 'post', { 'sec-fetch-site': 'same-site', origin: 'https://app.example.com' }, 204],
  ['a typed address', 'post', { 'sec-fetch-site': 'none', cookie: 'sid=1' }, 204],
  ['a foreign form', 'post', { 'sec-fetch-site': 'cross-site', origin: 'https://evil.example', cookie: 'sid=1' }, 403],
  ['a neighbour below our domain', 'post', { 'sec-fetch-site': 'same-site', origin: 'https://blog.example.com', cookie: 'sid=1' }, 403],
  ['an origin that only looks like ours', 'post', { origin: 'https://app.example.com.evil.example' }, 403],
  ['a sandbox', 'post', { origin: 'null', cookie: 'sid=1' }, 403],
  ['an old browser that says nothing but sends its cookie', 'post', { cookie: 'sid=1' }, 403],
  ['a program without cookies', 'post', {}, 204],
  ['reading', 'get', { 'sec-fetch-site': 'cross-site', cookie: 'sid=1' }, 204],
]) test(`${what} is answered with ${expected}`, async () => { assert.equal(await status(method, headers), expected); });
