// src/app.js
import express from 'express';
import { orderRoutes } from './orders/index.js';
import { errorHandler, notFound } from './http/errors.js';
import { requestId } from './http/request_id.js';

export function createApp({ orderService, checkReady, logger }) {
  const app = express();
  app.disable('x-powered-by');
  app.use(requestId());
  app.get('/livez', (req, res) => res.status(204).end());
  app.get('/readyz', async (req, res) => {
    res.status((await checkReady()) ? 204 : 503).end();
  });
  app.use(express.json({ limit: '100kb' }));
  app.use('/orders', orderRoutes({ orderService }));
  app.use(notFound());
  app.use(errorHandler({ logger }));
  return app;
}
