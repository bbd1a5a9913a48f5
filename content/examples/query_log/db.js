const ignore = () => {};

export function createDb(pool, { logger, slowMs = 200 }) {
  return {
    async query(name, text, values = []) {
      const asked = performance.now();
      let client, started, error, result;
      try {
        client = await pool.connect();                       // may reject: connectionTimeoutMillis
        started = performance.now();
        client.on('error', ignore);                          // lost connection: the query rejects too
        result = await client.query(text, values);
        return result;
      } catch (err) {
        error = err;
        throw err;
      } finally {
        client?.off('error', ignore);
        const lost = error && (!error.severity || /^(57P|25P)/.test(error.code));   // severity itself is translated
        client?.release(lost);                                // true: the connection is gone, too
        const ended = performance.now();
        const waitMs = (started ?? ended) - asked;
        const runMs = ended - (started ?? ended);
        if (error || runMs + waitMs >= slowMs) {
          logger.warn('slow or failed query', {
            query: name, runMs: Math.round(runMs), waitMs: Math.round(waitMs),
            rows: result?.rowCount, code: error && (error.code ?? error.name), poolWaiting: pool.waitingCount, params: values.length,
          });
        }
      }
    },
  };
}
