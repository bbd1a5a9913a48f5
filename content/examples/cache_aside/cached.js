export function cached({ redis, name, ttlSeconds, key, load, metrics }) {
  return async function get(...args) {
    const cacheKey = `${name}:v2:${key(...args)}`;
    try {
      const text = await redis.get(cacheKey);
      const found = JSON.parse(text);                 // null stays null
      metrics.count(name, text === null ? 'miss' : 'hit');
      if (text !== null) return found;
    } catch (error) {
      metrics.count(name, 'error');
    }
    const value = await load(...args);
    const base = value == null ? Math.min(ttlSeconds, 10) : ttlSeconds;     // "not found": short
    const ttl = Math.max(1, Math.round(base * (0.8 + 0.4 * Math.random())));
    const store = async () => redis.set(cacheKey, JSON.stringify(value ?? null), { expiration: { type: 'EX', value: ttl } });
    store().catch(() => metrics.count(name, 'error'));        // not awaited
    return value;
  };
}
