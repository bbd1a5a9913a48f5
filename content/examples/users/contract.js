import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConflictError } from './errors.js';

export function contract(name, create) {
  const ada = { email: 'ada@example.com', name: 'Ada' };

  test(`${name}: a user is found as she was added, and renamed`, async () => {
    const users = await create();
    const { id } = await users.add(ada);
    assert.deepEqual(await users.findByEmail(ada.email), { id, ...ada });
    assert.equal(await users.rename(id, 'Ada L.'), true);
    assert.equal((await users.findByEmail(ada.email)).name, 'Ada L.');
    assert.equal(await users.rename(999, 'Nobody'), false);
  });

  test(`${name}: an address is taken once, by two at the same time as well`, async () => {
    const users = await create();
    const both = await Promise.allSettled([users.add(ada), users.add({ ...ada, name: 'Eve' })]);
    assert.deepEqual(both.map((each) => each.status).sort(), ['fulfilled', 'rejected']);
    assert.ok(both.find((each) => each.reason).reason instanceof ConflictError);
  });

  test(`${name}: who is removed is gone, once`, async () => {
    const users = await create();
    const { id } = await users.add(ada);
    assert.deepEqual([await users.remove(id), await users.remove(id), await users.findByEmail(ada.email)], [true, false, null]);
  });

  test(`${name}: what is handed out is a copy`, async () => {
    const users = await create();
    (await users.add(ada)).name = 'changed';
    assert.equal((await users.findByEmail(ada.email)).name, 'Ada');
  });
}
