import pg from 'pg';

export function listenForChanges({ connectionString, onChange, onGap }) {
  let stopped = false, client;
  async function run() {
    while (!stopped) {
      // without a delay of its own a connection that died in silence is noticed after two hours
      client = new pg.Client({
        connectionString, keepAlive: true, keepAliveInitialDelayMillis: 10_000,
        connectionTimeoutMillis: 5_000, query_timeout: 5_000,   // a server that hangs: without them for ever
      });
      const lost = new Promise((resolve) => {
        client.on('error', resolve);
        client.on('end', resolve);
      });
      client.on('notification', ({ payload }) => {
        try {
          onChange(JSON.parse(payload));
        } catch (error) {               // every role of the database may NOTIFY, and anything
          console.error('cache listener', error.message);
          onGap();
        }
      });
      try {
        await client.connect();
        await client.query('LISTEN cache');
        onGap();                          // anything may have changed while nobody listened
        await lost;
      } catch (error) {
        console.error('cache listener', error.message);
      }
      await client.end().catch(() => {});
      if (!stopped) await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
  }
  run();
  return { async stop() { stopped = true; await client?.end(); } };
}
