import { randomUUID } from 'node:crypto';
import express, { Router } from 'express';

export function createApp({ orderService, authenticate }) {
  const app = express();
  app.disable('x-powered-by');
  app.set('trust proxy', 1);                       // exactly one proxy in front

  app.use((req, res, next) => {
    const given = req.get('x-request-id') ?? '';   // input of the client, and it enters the log
    res.locals.requestId = /^[\w-]{1,64}$/.test(given) ? given : randomUUID();
    res.set('x-request-id', res.locals.requestId);
    next();
  });

  // A webhook signature covers the raw bytes: parse before express.json().
  app.post('/webhooks/payments', express.raw({ type: 'application/json' }), async (req, res) => {
    if (!Buffer.isBuffer(req.body)) return res.status(415).json({ error: 'JSON expected' });   // no body, or another type
    await orderService.recordPayment(req.body, req.get('x-signature'));
    res.status(204).end();
  });

  app.use(express.json({ limit: '100kb' }));

  const api = Router();
  api.use(authenticate);
  api.param('id', (req, res, next, value) => {
    if (!/^\d{1,15}$/.test(value)) return next(Object.assign(new Error('Bad id'), { status: 400, expose: true }));
    res.locals.id = Number(value);
    next();
  });
  api.get('/orders/:id', async (req, res) => {
    res.json(await orderService.get(res.locals.id));
  });
  app.use('/api', api);

  app.use((req, res) => {
    res.status(404).json({ error: 'Not found' });
  });
  app.use((error, req, res, next) => {
    if (res.headersSent) return next(error);       // let Express cut the connection
    const status = error.expose || error instanceof URIError ? error.status ?? 500 : 500;   // a partner's 401 is not ours
    if (status >= 500) console.error(res.locals.requestId, error);
    res.status(status).json({
      error: status >= 500 ? 'Internal error' : error.message,
      requestId: res.locals.requestId,
    });
  });
  return app;
}
