import pg from 'pg';

export function createDatabase({ databaseUrl }) {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 5, connectionTimeoutMillis: 2_000 });
  pool.on('error', () => {});
  async function transaction(work) {
    const client = await pool.connect();
    let broken;
    try {
      await client.query('BEGIN');
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      await client.query('ROLLBACK').catch((failure) => { broken = failure; });
      throw error;
    } finally {
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
