import { DataSource, EntitySchema } from 'typeorm';

export const Author = new EntitySchema({
  name: 'Author', tableName: 'authors',
  columns: {
    id: { type: 'bigint', primary: true, generated: true },
    email: { type: 'text', unique: true },
    balance: { type: 'numeric', precision: 12, scale: 2, default: 0 },
  },
  relations: { posts: { type: 'one-to-many', target: 'Post', inverseSide: 'author' } },
});

export const Post = new EntitySchema({
  name: 'Post', tableName: 'posts',
  columns: {
    id: { type: 'bigint', primary: true, generated: true },
    title: { type: 'text' },
    authorId: { type: 'bigint', name: 'author_id' },
  },
  relations: {
    author: {
      type: 'many-to-one', target: 'Author', inverseSide: 'posts',
      joinColumn: { name: 'author_id' }, nullable: false,
    },
  },
});

export const dataSource = new DataSource({
  type: 'postgres', url: process.env.DATABASE_URL, poolSize: 10, connectTimeoutMS: 3_000,
  extra: { statement_timeout: 5_000 },                           // no query_timeout, see below
  entities: [Author, Post], migrations: ['dist/migrations/*.js'], synchronize: false,
});

export async function transfer(fromId, toId, amount) {
  // text with two digits at most: numeric(12, 2) rounds each side by itself, and 0.005 would make a cent
  if (!/^\d{1,10}(\.\d{1,2})?$/.test(amount) || Number(amount) === 0) throw new Error('the amount must be positive');
  return dataSource.transaction(async (manager) => {
    const rows = await manager.createQueryBuilder(Author, 'a')
      .where('a.id IN (:...ids)', { ids: [fromId, toId] })
      .orderBy('a.id').setLock('for_no_key_update').getMany();   // 'pessimistic_write' would also lock out new posts
    if (rows.length !== 2) throw new Error('unknown account');
    // CHECK (balance >= 0) on the table refuses an overdraft and rolls everything back
    await manager.decrement(Author, { id: fromId }, 'balance', amount);
    await manager.increment(Author, { id: toId }, 'balance', amount);
  });
}
