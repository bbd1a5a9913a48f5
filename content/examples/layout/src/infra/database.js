import pg from 'pg';

export function createDatabase({ databaseUrl }) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 5, connectionTimeoutMillis: 2_000, query_timeout: 5_000 });
  pool.on('error', () => {});
  async function transaction(work) {
    const client = await pool.connect();
    let broken;
    const lost = (error) => { broken = error; };
    client.on('error', lost);            // a lent client is not covered by pool.on('error')
    try {
      await client.query('BEGIN');
      const result = await work(client);
      const { command } = await client.query('COMMIT');
      if (command !== 'COMMIT') throw new Error('rolled back: a failed statement was ignored');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure) => { broken ??= failure; });
      throw error;
    } finally {
      client.off('error', lost);
      client.release(broken);
    }
  }
  return {
    query: (text, values) => pool.query(text, values),
    transaction,
    isReachable: () => pool.query('SELECT 1').then(() => true, () => false),
    close: () => pool.end(),
  };
}
