import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, before } from 'node:test';
import { Author, Post, authorsWithPosts, sequelize, transfer } from './models.js';

before(async () => {
  await sequelize.sync();
  await sequelize.query('ALTER TABLE authors ADD CHECK (balance >= 0)');
  await Author.bulkCreate([{ email: 'a', balance: 100 }, { email: 'b' }, { email: 'c' }]);
  await Post.bulkCreate([{ title: 'a1', authorId: 1 }, { title: 'a2', authorId: 1 }, { title: 'b1', authorId: 2 }]);
});
after(() => sequelize.close());
const balances = async () => (await Author.findAll({ order: ['id'] })).map((author) => author.balance);

test('a limit counts authors, not rows of the join, and the lists come by one more statement', async () => {
  const found = await authorsWithPosts(2);
  assert.deepEqual(found.map((author) => author.posts.map((post) => post.title).sort()), [['a1', 'a2'], ['b1']]);
});

test('a transfer moves money', async () => {
  await transfer('1', '2', '30.50');
  assert.deepEqual(await balances(), ['69.50', '30.50', '0.00']);
});

for (const [from, to, amount] of [['1', '2', '1000'], ['1', '9', '1'], ['1', '2', '0'], ['1', '2', '-5'], ['1', '1', '1'],
  ['1', '2', '0.005'], ['1', '2', 'NaN'], ['1', '2', 'Infinity'], ['1', '2', '0x10'], ['1', '2', '1e1']]) {
  test(`a transfer of ${amount} from ${from} to ${to} is refused and changes nothing`, async () => {
    await assert.rejects(transfer(from, to, amount));
    assert.deepEqual(await balances(), ['69.50', '30.50', '0.00']);
  });
}

test('transfers in both directions at once do not deadlock', async () => {
  await Promise.all(Array.from({ length: 20 }, (_, i) => (i % 2 ? transfer('1', '2', '1') : transfer('2', '1', '1'))));
  assert.deepEqual(await balances(), ['69.50', '30.50', '0.00']);
});

test('who saves an old version is told', async () => {
  const [one, two] = [await Author.findByPk(3), await Author.findByPk(3)];
  await one.update({ email: 'c1' });
  await assert.rejects(two.update({ email: 'c2' }), { name: 'SequelizeOptimisticLockError' });
});
