import express from 'express';

export function createApp({ pool }) {
  const app = express();
  app.use(express.json());
  app.post('/accounts', async (req, res) => {
    const { rows } = await pool.query(
      'INSERT INTO account (email) VALUES ($1) RETURNING id, email', [req.body?.email]);
    res.status(201).json(rows[0]);
  });
  app.use((err, req, res, next) => {
    if (res.headersSent) return next(err);
    if (err.code === '23505') return res.status(409).json({ error: 'email_taken' });
    if (err.code === '23502') return res.status(422).json({ error: 'email_required' });
    if (err.expose) return res.status(err.status).json({ error: err.type });   // of express.json: 400, 413, 415
    console.error(err);
    res.status(500).json({ error: 'internal' });
  });
  return app;
}
