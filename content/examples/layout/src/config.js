export function loadConfig(env) {
  if (!env.DATABASE_URL) throw new Error('DATABASE_URL is missing');
  return Object.freeze({ port: Number(env.PORT ?? 3000), databaseUrl: env.DATABASE_URL, level: env.LOG_LEVEL ?? 'info' });
}
