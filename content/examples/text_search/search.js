import { Router } from 'express';

export function searchRouter(pool) {
  const router = Router();
  router.get('/search', async (req, res) => {
    const text = (typeof req.query.q === 'string' ? req.query.q : '').slice(0, 200)
      .replace(/\0|-(?![\p{L}\p{N}"])/gu, ' ').trim();           // 33 hyphens in a row are an error: XX000
    if (!text) return res.status(400).json({ error: 'q is required' });
    const { rows } = await pool.query({
      text: `SELECT id, title FROM articles, websearch_to_tsquery('english', $1) q
              WHERE search @@ q ORDER BY ts_rank(search, q) DESC, id LIMIT 20`,
      values: [text],
    });
    res.json({ items: rows });
  });
  return router;
}
