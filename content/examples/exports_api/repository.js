export const createRepository = (pool) => ({
  async insertOnce(userId, key, params) {
    const inserted = await pool.query(
      `INSERT INTO export (user_id, idempotency_key, params) VALUES ($1, $2, $3)
       ON CONFLICT (user_id, idempotency_key) DO NOTHING RETURNING id, status, params`, [userId, key, params]);
    if (inserted.rowCount === 1) return { row: inserted.rows[0], created: true };
    const { rows: [row] } = await pool.query(
      'SELECT id, status, params FROM export WHERE user_id = $1 AND idempotency_key = $2', [userId, key]);
    return { row, created: false };
  },
});
