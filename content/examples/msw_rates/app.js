import express from 'express';

export function createApp() {
  return express().get('/quotes/:currency', async (req, res) => {
    const answer = await fetch(`https://rates.example.com/v1/rates/${encodeURIComponent(req.params.currency)}`, { signal: AbortSignal.timeout(2_000) });
    if (!answer.ok) return res.set('Retry-After', '30').sendStatus(503);
    res.json(await answer.json());
  });
}
