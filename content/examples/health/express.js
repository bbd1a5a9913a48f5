import { setTimeout as sleep } from 'node:timers/promises';

export function mountHealth(app, health) {
  app.get('/livez', (req, res) => res.status(204).end());
  app.get('/readyz', async (req, res) => {
    const { ok } = await health.ready();
    res.set('cache-control', 'no-store').status(ok ? 204 : 503).end();
  });
}

export function installShutdown({ server, health, pool, drainMs = 8_000, limitMs = 25_000 }) {
  let stopping = false;
  async function stop() {
    if (stopping) return;
    stopping = true;
    setTimeout(() => process.exit(1), limitMs).unref();
    health.drain();                     // readiness says 503 from now on
    server.prependListener('request', (req, res) => res.setHeader('connection', 'close'));   // or a busy client holds it open
    await sleep(drainMs);               // the balancer notices; we still serve
    await new Promise((resolve) => server.close(resolve));
    await pool.end();
    if (process.connected) process.disconnect();   // lets a worker of PM2 end
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, stop);   // with once, a second signal would end it at once
}
