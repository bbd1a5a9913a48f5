import express from 'express';

const orders = new Map([['7', { id: 7, total: 1999 }]]);

export function createApp() {
  const app = express();
  app.disable('x-powered-by');
  app.use(express.json({ limit: '100kb' }));

  app.get('/orders/:id', async (req, res) => {
    const order = orders.get(req.params.id);
    if (!order) {
      // Express 5: a rejected promise reaches the error handler by itself.
      throw Object.assign(new Error('Order not found'), { status: 404, expose: true });
    }
    res.status(200).json(order); // Express 5: integers only, '200' throws.
  });

  // Express 5: a wildcard needs a name; '*' alone throws at start-up.
  app.all('/legacy/*splat', (req, res) => {
    res.status(410).json({ error: 'Gone', path: req.params.splat.join('/') });
  });

  app.use((error, req, res, next) => {
    if (res.headersSent) return next(error);
    const status = error.expose || error instanceof URIError ? error.status ?? 500 : 500;   // a partner's 401 is not ours
    if (status >= 500) console.error(error);
    res.status(status).json({ error: status >= 500 ? 'Internal error' : error.message });
  });

  return app;
}

const server = createApp().listen(process.env.PORT ?? 3000, (error) => {
  if (error) throw error; // Express 5: listen errors arrive in the callback.
  console.log('listening on', server.address().port);
});
