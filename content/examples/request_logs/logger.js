import { AsyncLocalStorage } from 'node:async_hooks';
import winston from 'winston';
import { plain } from './plain-error.js';
import { redact } from './redact.js';

export const requestContext = new AsyncLocalStorage();

const withErrors = winston.format((info) => {
  for (const [key, value] of Object.entries(info)) {
    if (value instanceof Error) info[key] = plain(value);
  }
  return info;
});
const withContext = winston.format((info) => Object.assign(info, requestContext.getStore()));
const withoutSecrets = winston.format((info) => Object.assign(info, redact(info)));   // the function is below

export const logger = winston.createLogger({
  level: process.env.LOG_LEVEL ?? 'info',
  defaultMeta: { service: 'orders-api', version: process.env.GIT_SHA },
  format: winston.format.combine(
    winston.format.errors({ stack: true, cause: true }),
    withErrors(),
    withoutSecrets(),
    withContext(),
    winston.format.timestamp(),
    winston.format.json(),
  ),
  transports: [new winston.transports.Console()],
});
