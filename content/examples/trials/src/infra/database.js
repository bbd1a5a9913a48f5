import pg from 'pg';

export function createDatabase({ databaseUrl }) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 5, connectionTimeoutMillis: 2_000 });
  pool.on('error', (error) => console.error('idle client lost', error.message));
  return pool;
}
