export async function once(pool, account, key, hash, work) {
  const client = await pool.connect();
  let broken;
  const lost = (error) => { broken = error; };                         // unheard, a lost connection ends the process
  client.on('error', lost);
  try {
    await client.query('BEGIN');
    const claim = await client.query(
      'INSERT INTO idempotency (account_id, key, hash) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING', [account, key, hash]);
    if (claim.rowCount === 0) {                                        // somebody was first, and has committed
      const { rows: [first] } = await client.query('SELECT hash, response FROM idempotency WHERE account_id = $1 AND key = $2', [account, key]);
      await client.query('ROLLBACK');
      if (!first || !first.hash.equals(hash)) throw Object.assign(new Error('key_reused'), { status: 422, expose: true });
      return first.response;
    }
    const response = await work(client);
    // as text: pg would make an array of PostgreSQL out of a list, and no JSON out of a text
    await client.query('UPDATE idempotency SET response = $3 WHERE account_id = $1 AND key = $2', [account, key, JSON.stringify(response)]);
    const { command } = await client.query('COMMIT');
    if (command !== 'COMMIT') throw new Error('rolled back: work ignored a failed statement');
    return response;
  } catch (error) {
    await client.query('ROLLBACK').catch((failure) => { broken ??= failure; });
    throw error;
  } finally {
    client.off('error', lost);
    client.release(broken);                                            // a truthy argument destroys the connection
  }
}
