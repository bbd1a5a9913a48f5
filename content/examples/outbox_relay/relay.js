import { setTimeout as sleep } from 'node:timers/promises';

export async function runRelay({ pool, publish, signal, batch = 100, idleMs = 500 }) {
  while (!signal.aborted) {
    let sent = [];
    let client, broken;
    const onError = (err) => { broken = err; }; // unhandled, a lost connection ends the process
    try {
      client = await pool.connect(); // inside try: a database restart must not end the loop
      client.on('error', onError); // pool.on('error') covers idle clients only
      await client.query('BEGIN');
      const { rows } = await client.query(
        `SELECT id, message_id, topic, key, payload FROM outbox
         WHERE published_at IS NULL ORDER BY id LIMIT $1
         FOR UPDATE SKIP LOCKED`, [batch]);
      for (const row of rows) {
        try {
          await publish(row); // resolves with the broker's confirm
          sent.push(row.id);
        } catch (err) {
          console.error('publish', row.id, err?.message);
          break; // nothing behind a failed message may overtake it
        }
      }
      await client.query('UPDATE outbox SET published_at = now() WHERE id = ANY($1)', [sent]);
      await client.query('COMMIT');
    } catch (err) {
      await client?.query('ROLLBACK').catch((failure) => { broken ??= failure; });
      console.error('relay', err?.message);
      sent = [];
    } finally {
      client?.off('error', onError);
      client?.release(broken); // a truthy argument destroys the connection
    }
    if (sent.length === 0 || sent.length < batch) await sleep(idleMs, undefined, { signal }).catch(() => {});
  }
}
