import express from 'express';
import { callModel } from './model.js';

export const app = express().use(express.json());

// --8<-- [start:shown]
import CircuitBreaker from 'opossum';

const breaker = new CircuitBreaker(callModel, {
  timeout: false,                    // the attempt has its own AbortSignal
  errorThresholdPercentage: 50,
  volumeThreshold: 10,               // no verdict on fewer calls per window
  rollingCountTimeout: 30_000,
  resetTimeout: 30_000,              // longer than a call
  errorFilter: (err, text, signal) =>          // true: not a failure of the provider
    signal.reason?.name === 'AbortError' || err.status < 500,
});
let inFlight = 0;
const unavailable = (res) => res.set('Retry-After', '30').status(503).json({ error: 'summaries_unavailable' });

app.post('/summaries', async (req, res) => {
  if (typeof req.body?.text !== 'string') return res.status(400).json({ error: 'text must be a string' });
  if (inFlight >= 50) return unavailable(res);
  inFlight += 1;
  const signal = AbortSignal.any([AbortSignal.timeout(25_000), closed(res)]);
  try {
    res.json(await breaker.fire(req.body.text, signal));
  } catch (err) {
    if (err.code !== 'EOPENBREAKER') throw Object.assign(new Error('summary failed', { cause: err }), { status: 502 });
    unavailable(res);
  } finally {
    inFlight -= 1;
  }
});

function closed(res) {
  const controller = new AbortController();
  res.on('close', () => { if (!res.writableFinished) controller.abort(); });
  return controller.signal;
}
// --8<-- [end:shown]
