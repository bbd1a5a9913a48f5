export const loadConfig = (env) => Object.freeze({ port: Number(env.PORT ?? 3000), databaseUrl: env.DATABASE_URL });
