// Two lists of candidates, one by words and one by meaning, merged by rank.
const HYBRID = `
  WITH asked AS (
    SELECT replace(plainto_tsquery('english', $2)::text, ' & ', ' | ')::tsquery AS q -- any of the words
  ), by_words AS (
    SELECT id, row_number() OVER (ORDER BY ts_rank(search, q) DESC, id) AS place
    FROM passage, asked WHERE tenant = $1 AND search @@ q
    ORDER BY place LIMIT 20
  ), by_meaning AS (
    SELECT id, row_number() OVER (ORDER BY near DESC, id) AS place
    FROM (SELECT id, cosine(embedding, $3) AS near FROM passage WHERE tenant = $1
          ORDER BY near DESC NULLS LAST LIMIT 20) AS nearest        -- pgvector: ORDER BY embedding <=> $3
    WHERE near > 0.5
  )
  SELECT p.id, p.title, p.body, sum(1.0 / (60 + place)) AS score
  FROM (SELECT * FROM by_words UNION ALL SELECT * FROM by_meaning) AS found JOIN passage AS p USING (id)
  GROUP BY p.id ORDER BY score DESC, p.id LIMIT $4`;

export async function retrieve(pool, { tenant, question, vector, limit = 4 }) {
  const words = question.slice(0, 2_000).replaceAll('\0', ' ');     // 20,000 words exceed the server's stack: 54001
  const { rows } = await pool.query(HYBRID, [tenant, words, vector, limit]);
  return rows;
}
