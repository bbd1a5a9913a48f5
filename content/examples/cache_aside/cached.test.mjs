import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createClient } from 'redis';
import { cached } from './cached.js';

test('a value is loaded once, "not found" is kept too, and without Redis the source answers', async (t) => {
  const redis = await createClient({ url: process.env.REDIS_URL }).on('error', () => {}).connect();
  t.after(() => redis.isOpen && redis.destroy());         // or a failure would leave the run open
  const counts = {};
  const metrics = { count: (name, what) => { counts[what] = (counts[what] ?? 0) + 1; } };
  const loads = [];
  const load = async (id) => { loads.push(id); return id === 1 ? { id } : null; };
  const get = cached({ redis, name: 'user', ttlSeconds: 100, key: String, load, metrics });
  for (const id of [1, 1, 2, 2]) {
    assert.deepEqual(await get(id), id === 1 ? { id: 1 } : null);
    await redis.ping();                                   // the write is not waited for
  }
  assert.deepEqual([loads, counts], [[1, 2], { miss: 2, hit: 2 }]);
  const [one, two] = [await redis.ttl('user:v2:1'), await redis.ttl('user:v2:2')];
  assert.ok(one >= 79 && one <= 120 && two >= 7 && two <= 12, `${one} ${two}`);
  await redis.close();
  assert.deepEqual(await get(1), { id: 1 });
  assert.equal(counts.error >= 1, true);
});
