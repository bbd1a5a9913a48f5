// What a run does once: a template with the tables. DATABASE_URL is a server to throw away.
import pg from 'pg';

process.env.TEST_DATABASE_URL = process.env.DATABASE_URL;
const root = new pg.Client({ connectionString: process.env.DATABASE_URL });
await root.connect();
await root.query('DROP DATABASE IF EXISTS app_template (FORCE)');
await root.query('CREATE DATABASE app_template');
await root.end();
const url = new URL(process.env.DATABASE_URL);
url.pathname = '/app_template';
const template = new pg.Client({ connectionString: url.href });
await template.connect();
await template.query(`
  CREATE TABLE account (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE);
  CREATE TABLE orders (id bigint PRIMARY KEY, account_id bigint REFERENCES account);
  CREATE TABLE order_item (order_id bigint REFERENCES orders, sku text)`);
await template.end();
