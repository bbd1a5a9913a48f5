import express from 'express';

export function createApp() {
  return express().get('/quotes/:currency', async (req, res) => {
    const { currency } = req.params;
    if (!/^[A-Z]{3}$/.test(currency)) return res.sendStatus(404);          // '..' survives encodeURIComponent
    const answer = await fetch(`https://rates.example.com/v1/rates/${currency}`, { signal: AbortSignal.timeout(2_000) });
    if (!answer.ok) {
      await answer.body?.cancel();                                         // unread, it holds the connection
      return res.set('Retry-After', '30').sendStatus(503);
    }
    res.json(await answer.json());
  });
}
