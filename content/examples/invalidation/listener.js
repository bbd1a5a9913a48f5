import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

async function close(client) {
  await Promise.race([client.end().catch(() => {}), sleep(2_000, undefined, { ref: false })]);
  client.connection.stream.destroy();      // a server that hangs never closes its side
}

export function listenForChanges({ connectionString, onChange, onGap }) {
  let stopped = false, client;
  async function run() {
    while (!stopped) {
      // without a delay of its own a connection that died in silence is noticed after two hours
      client = new pg.Client({
        connectionString, keepAlive: true, keepAliveInitialDelayMillis: 10_000,
        connectionTimeoutMillis: 5_000, query_timeout: 5_000,   // a server that hangs: without them for ever
      });
      const { promise: lost, resolve: lose } = Promise.withResolvers();
      client.on('error', lose);
      client.on('end', lose);
      client.on('notification', async ({ payload }) => {
        try {
          await onChange(JSON.parse(payload));
        } catch (error) {               // every role of the database may NOTIFY, and anything
          console.error('cache listener', error?.message);
          try { await onGap(); } catch { lose(); }         // connects anew, which begins with onGap()
        }
      });
      try {
        await client.connect();
        await client.query('LISTEN cache');
        await onGap();                    // anything may have changed while nobody listened
        await lost;
      } catch (error) {
        console.error('cache listener', error?.message);
      }
      await close(client);
      if (!stopped) await sleep(500 + Math.random() * 1_000);      // not all processes at once
    }
  }
  run();
  return { async stop() { stopped = true; if (client) await close(client); } };
}
