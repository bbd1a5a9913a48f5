import request from 'supertest';
import { test } from 'node:test';
import { createApp } from './app.js';

test('an upload needs a session', async () => {
  const app = createApp();
  await request(app).post('/avatars').attach('file', Buffer.from('x'), 'a.png').expect(401);

  const agent = request.agent(app);                     // keeps cookies between calls
  await agent.post('/login').send({ user: 'ann', password: 'secret' }).expect(204);
  await agent.post('/avatars').attach('file', Buffer.from('x'), 'a.png').expect(201);
});
