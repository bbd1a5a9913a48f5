import assert from 'node:assert/strict';
import { test } from 'node:test';
import { after, before } from 'node:test';
import { sequelize } from './database.js';
import { User, purge, restore, trash, withTrashed } from './user.js';

before(() => sequelize.sync());
after(() => sequelize.close());

test('what is in the trash is not found, frees its address, and comes back', async () => {
  const { id } = await User.create({ email: 'ada@example.com' });
  await trash(id);
  assert.deepEqual([await User.count(), (await withTrashed()).length], [0, 1]);
  const second = await User.create({ email: 'Ada@example.com' });
  await assert.rejects(restore(id), { name: 'SequelizeUniqueConstraintError' });
  await purge(second.id);
  await restore(id);
  assert.deepEqual((await User.findAll()).map((user) => user.email), ['ada@example.com']);
  assert.equal((await withTrashed()).length, 1);
});
