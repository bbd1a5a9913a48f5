import pg from 'pg';

export const createDatabase = ({ databaseUrl }) => new pg.Pool({ connectionString: databaseUrl, max: 5 });
