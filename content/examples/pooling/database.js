import pg from 'pg';

export function createDatabase(config) {
  const pool = new pg.Pool({
    connectionString: config.databaseUrl,
    max: config.poolMax,
    connectionTimeoutMillis: 3_000,
    idleTimeoutMillis: 30_000,
    maxLifetimeSeconds: 1_500 + Math.floor(Math.random() * 600),   // not all processes at once
    statement_timeout: 10_000,
    query_timeout: 12_000,               // a server that hangs cancels nothing: stop waiting
    idle_in_transaction_session_timeout: 10_000,
    application_name: 'orders-api',
  });

  // An idle connection can break at any time. Without this listener the
  // 'error' event has no handler and the process exits.
  pool.on('error', (error) => console.error('idle client failed', error.message));

  async function transaction(work) {
    const client = await pool.connect();
    let broken;
    const onError = (error) => { broken = error; };
    client.on('error', onError);         // a lent client is not covered by pool.on('error')
    try {
      await client.query('BEGIN');
      const result = await work(client);
      const { command } = await client.query('COMMIT');
      if (command !== 'COMMIT') throw new Error('rolled back: a failed statement was ignored');
      return result;
    } catch (error) {
      try {
        await client.query('ROLLBACK');
      } catch (rollbackError) {
        broken ??= rollbackError;        // unusable: do not put it back
      }
      throw error;
    } finally {
      client.off('error', onError);
      client.release(broken);            // a truthy argument destroys it
    }
  }

  return {
    query: (text, values) => pool.query(text, values),
    transaction,
    stats: () => ({ total: pool.totalCount, idle: pool.idleCount, waiting: pool.waitingCount }),
    close: () => pool.end(),
  };
}
