import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, before } from 'node:test';
import { Author, Post, dataSource, transfer } from './models.js';

before(async () => {
  await dataSource.initialize();
  await dataSource.synchronize();
  await dataSource.query('ALTER TABLE authors ADD CHECK (balance >= 0)');
  await dataSource.getRepository(Author).save([{ email: 'a', balance: 100, posts: [] }, { email: 'b' }]);
});
after(() => dataSource.destroy());
const balances = async () => (await dataSource.getRepository(Author).find({ order: { id: 'ASC' } })).map((a) => a.balance);

test('neither a statement nor the wait for a connection is without an end', async () => {
  assert.deepEqual(await dataSource.query('SHOW statement_timeout'), [{ statement_timeout: '5s' }]);
  const { connectionTimeoutMillis, query_timeout } = dataSource.driver.master.options;
  assert.deepEqual([connectionTimeoutMillis, query_timeout], [3_000, undefined]);      // TypeORM keeps what timed out
});

test('a post has an author', async () => {
  await assert.rejects(dataSource.getRepository(Post).save({ title: 'nobody' }), { code: '23502' });
});

test('a transfer moves money, both ways at once', async () => {
  await transfer('1', '2', '30.50');
  await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? transfer('1', '2', '1') : transfer('2', '1', '1'))));
  assert.deepEqual(await balances(), ['69.50', '30.50']);
});

for (const [from, to, amount] of [['1', '2', '1000'], ['1', '9', '1'], ['1', '2', '-5'], ['1', '2', '0'],
  ['1', '2', '0.005'], ['1', '2', 'NaN'], ['1', '2', 'Infinity'], ['1', '2', '0x10'], ['1', '2', '1e1']]) {
  test(`a transfer of ${amount} from ${from} to ${to} is refused and changes nothing`, async () => {
    await assert.rejects(transfer(from, to, amount));
    assert.deepEqual(await balances(), ['69.50', '30.50']);
  });
}
