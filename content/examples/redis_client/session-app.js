import { RedisStore } from 'connect-redis';
import express from 'express';
import session from 'express-session';
import { sessionRedis } from './session-redis.js';   // its own instance, see below

export const app = express();
app.set('trust proxy', 1);
app.use(session({
  store: new RedisStore({ client: sessionRedis, prefix: 'sess:', ttl: 86_400 }),
  name: '__Host-sid',
  secret: process.env.SESSION_SECRET,
  resave: false,
  saveUninitialized: false,
  cookie: { httpOnly: true, secure: true, sameSite: 'lax', maxAge: 86_400_000 },
}));
