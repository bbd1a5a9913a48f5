import pg from 'pg';

export const pool = new pg.Pool({
  connectionString: process.env.DATABASE_URL,
  max: 10,                          // per process; the default
  connectionTimeoutMillis: 2_000,   // default 0: wait forever
  idleTimeoutMillis: 30_000,
  maxLifetimeSeconds: 1_500 + Math.floor(Math.random() * 600),   // not all processes at once
  statement_timeout: 5_000,         // the server cancels the statement
  query_timeout: 6_000,             // a server that is gone cancels nothing
  application_name: 'orders-api',
});

pool.on('error', (err) => console.error('idle client lost', err.message));
