import express from 'express';
import session from 'express-session';

export function createApp() {
  const app = express();
  app.use(express.json(), session({ secret: 'of a test', resave: false, saveUninitialized: false }));
  app.post('/login', (req, res) => { req.session.user = req.body.user; res.sendStatus(204); });
  app.post('/avatars', (req, res) => { req.resume(); res.sendStatus(req.session.user ? 201 : 401); });
  return app;
}
