import express from 'express';
import client from 'prom-client';

export const { register } = client;                       // where metrics of other modules go, too
client.collectDefaultMetrics();

const duration = new client.Histogram({
  name: 'http_server_request_duration_seconds',
  help: 'Time from request to end of response',
  labelNames: ['method', 'route', 'status'],
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
});

export function requestMetrics(req, res, next) {
  const end = duration.startTimer({ method: req.method });
  res.once('close', () => end({
    route: res.locals.route ?? 'unmatched',
    status: res.writableFinished ? res.statusCode : 'aborted',
  }));
  next();
}
export const named = (route) => (req, res, next) => { res.locals.route = route; next(); };

export function watchPool(pool) {
  new client.Gauge({
    name: 'pg_pool_connections',
    help: 'Connections by state',
    labelNames: ['state'],
    collect() { this.set({ state: 'waiting' }, pool.waitingCount); },   // read at scrape time
  });
}

export const metricsServer = express();                   // on its own port, not public
metricsServer.get('/metrics', async (req, res) => {
  res.set('Content-Type', register.contentType).send(await register.metrics());
});
