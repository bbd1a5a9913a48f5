import pg from 'pg';
import { Gauge, Histogram } from 'prom-client';

const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 2,                            // 12 processes: 24, with one surge replica 32
  connectionTimeoutMillis: 2_000,    // fail fast, shed load
  idleTimeoutMillis: 30_000,
  maxLifetimeSeconds: 1_500 + Math.floor(Math.random() * 600),   // not all processes at once
  statement_timeout: 5_000,
  query_timeout: 6_000,              // a server that is gone cancels nothing
});
pool.on('error', (error) => console.error('idle client failed', error.message));
pool.on('connect', (client) => client.on('error', () => {}));   // of a lent one its query tells; unheard, it ends the process

new Gauge({
  name: 'pg_pool_connections',
  help: 'Connections by state',
  labelNames: ['state'],
  collect() {
    this.set({ state: 'total' }, pool.totalCount);
    this.set({ state: 'idle' }, pool.idleCount);
    this.set({ state: 'waiting' }, pool.waitingCount);
  },
});
const acquire = new Histogram({
  name: 'pg_pool_acquire_seconds',
  help: 'Time from asking for a connection to getting one',
  buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2],
});

export async function connect() {
  const done = acquire.startTimer();
  try {
    return await pool.connect();
  } finally {
    done();
  }
}
