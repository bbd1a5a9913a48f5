import pg from 'pg';

export async function registerEnumArray(pool, typeName) {
  const { rows } = await pool.query('SELECT typarray AS oid FROM pg_type WHERE oid = $1::regtype', [typeName]);
  const parseTextArray = pg.types.getTypeParser(1009);   // 1009 is text[]
  pg.types.setTypeParser(rows[0].oid, parseTextArray);
}
