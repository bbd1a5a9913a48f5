import { readFileSync } from 'node:fs';
import pg from 'pg';

// A stand-in for an embedding model: three directions, for money, parcels and accounts.
const DIRECTIONS = [/refund|money|pay|card|cost|price/gi, /parcel|ship|deliver|track|arriv/gi, /password|log ?in|account|locked/gi];
export const embed = async (text) => DIRECTIONS.map((words) => (text.match(words) ?? []).length);

const PASSAGES = [
  ['acme', 'Refunds', 'Refunds go to the card that paid, within five days.'],
  ['acme', 'Delivery', 'A parcel arrives in two days. Track it by the number in our mail.'],
  ['acme', 'Locked accounts', 'After ten wrong passwords an account is locked for an hour.'],
  ['acme', 'Error E-4711', 'The terminal shows E-4711 when its roll of paper is empty.'],
  ['other', 'Refunds', 'We give no refunds.'],
];

export async function open() {
  const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL });
  await pool.query(readFileSync('schema.sql', 'utf8'));
  for (const [i, [tenant, title, body]] of PASSAGES.entries()) {
    await pool.query('INSERT INTO passage VALUES ($1, $2, $3, $4, $5)', [i + 1, tenant, title, body, await embed(`${title} ${body}`)]);
  }
  return pool;
}
