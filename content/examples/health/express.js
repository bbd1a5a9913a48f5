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
    await sleep(drainMs);               // the balancer notices; we still serve
    const closed = new Promise((resolve) => server.close(resolve));
    const sweep = setInterval(() => server.closeIdleConnections(), 500);   // keep-alive would hold it open
    await closed;
    clearInterval(sweep);
    await pool.end();
  }
  for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, stop);
}
