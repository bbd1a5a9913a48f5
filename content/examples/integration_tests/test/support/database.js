import pg from 'pg';
import { randomUUID } from 'node:crypto';

const admin = process.env.TEST_DATABASE_URL;              // points to the database "postgres"

export async function testDatabase() {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  const root = new pg.Client({ connectionString: admin });
  await root.connect();
  try {
    await root.query(`CREATE DATABASE ${name} TEMPLATE app_template`);
  } catch (err) {
    await root.end();                       // left open, it would keep the run from ending
    throw err;
  }

  const url = new URL(admin);
  url.pathname = `/${name}`;
  const pool = new pg.Pool({ connectionString: url.href, max: 5 });
  pool.on('error', () => {});               // the DROP below may cut one that is still closing
  return {
    pool,
    async reset() {
      await pool.query('TRUNCATE account, orders, order_item RESTART IDENTITY');
    },
    async close() {
      await pool.end();
      try {
        await root.query(`DROP DATABASE ${name} WITH (FORCE)`);
      } finally {
        await root.end();                   // as above
      }
    },
  };
}
