import express from 'express';
import { callModel } from './model.js';

export const app = express().use(express.json());

// --8<-- [start:shown]
import CircuitBreaker from 'opossum';

const breaker = new CircuitBreaker(callModel, {
  timeout: false,                    // the attempt has its own AbortSignal
  capacity: 50,                      // in flight; what is beyond fails with ESEMLOCKED
  errorThresholdPercentage: 50,
  volumeThreshold: 10,               // no verdict on fewer calls per window
  rollingCountTimeout: 30_000,
  resetTimeout: 15_000,
  errorFilter: (err, text, signal) =>          // true: not a failure of the provider
    err.code === 'ESEMLOCKED' || signal.reason?.name === 'AbortError' || err.status < 500,
});

app.post('/summaries', async (req, res) => {
  if (typeof req.body?.text !== 'string') return res.status(400).json({ error: 'text must be a string' });
  const signal = AbortSignal.any([AbortSignal.timeout(25_000), closed(res)]);
  try {
    res.json(await breaker.fire(req.body.text, signal));
  } catch (err) {
    if (!['EOPENBREAKER', 'ESEMLOCKED'].includes(err.code)) throw Object.assign(new Error('summary failed', { cause: err }), { status: 502 });
    res.set('Retry-After', '15').status(503).json({ error: 'summaries_unavailable' });
  }
});

function closed(res) {
  const controller = new AbortController();
  res.on('close', () => { if (!res.writableFinished) controller.abort(); });
  return controller.signal;
}
// --8<-- [end:shown]
