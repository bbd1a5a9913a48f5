import { ConflictError } from './errors.js';

const toDomain = (row) => (row ? { id: row.id, email: row.email, name: row.full_name } : null);

export class SqlUsers {
  #db;
  constructor(db) { this.#db = db; }                       // a pool, or the client of a transaction

  async add({ email, name }) {
    try {
      const { rows: [row] } = await this.#db.query(
        'INSERT INTO users (email, full_name) VALUES ($1, $2) RETURNING id, email, full_name', [email, name]);
      return toDomain(row);
    } catch (error) {
      if (error.constraint === 'users_email_key') throw new ConflictError(`email ${email} is taken`, { cause: error });
      throw error;
    }
  }
  async findByEmail(email) {
    const { rows: [row] } = await this.#db.query('SELECT id, email, full_name FROM users WHERE email = $1', [email]);
    return toDomain(row);
  }
  async rename(id, name) {
    return (await this.#db.query('UPDATE users SET full_name = $2 WHERE id = $1', [id, name])).rowCount === 1;
  }
  async remove(id) {
    return (await this.#db.query('DELETE FROM users WHERE id = $1', [id])).rowCount === 1;
  }
}
