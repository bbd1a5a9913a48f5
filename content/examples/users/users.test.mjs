import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import pg from 'pg';
// --8<-- [start:shown]
import { contract } from './contract.js';
import { MemoryUsers } from './memory_users.js';
import { SqlUsers } from './sql_users.js';

const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
before(() => pool.query(`CREATE TABLE users (
  id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE, full_name text NOT NULL)`));
after(() => pool.end());

contract('memory', () => new MemoryUsers());
contract('PostgreSQL', async () => {
  await pool.query('TRUNCATE users');
  return new SqlUsers(pool);
});

test('on the client of a transaction its changes end with it', async () => {
  await pool.query('TRUNCATE users');
  const client = await pool.connect();
  await client.query('BEGIN');
  await new SqlUsers(client).add({ email: 'bo@example.com', name: 'Bo' });
  await client.query('ROLLBACK');
  client.release();
  assert.equal(await new SqlUsers(pool).findByEmail('bo@example.com'), null);
});
// --8<-- [end:shown]
