import { ConflictError } from './errors.js';

export class MemoryUsers {
  #users = new Map();
  #nextId = 1;

  async add({ email, name }) {
    // no await between check and write, or two parallel calls would both pass
    if (this.#users.values().some((user) => user.email === email)) throw new ConflictError(`email ${email} is taken`);
    const user = { id: this.#nextId++, email, name };
    this.#users.set(user.id, user);
    return { ...user };
  }
  async findByEmail(email) {
    const user = this.#users.values().find((each) => each.email === email);
    return user ? { ...user } : null;
  }
  async rename(id, name) {
    const user = this.#users.get(id);
    if (user) user.name = name;
    return Boolean(user);
  }
  async remove(id) { return this.#users.delete(id); }
}
