// src/main.js
import { loadConfig } from './config.js';
import { createApp } from './app.js';
import { createDatabase } from './infra/database.js';
import { createLogger } from './infra/logger.js';
import { createOrderRepository, createOrderService } from './orders/index.js';

const config = loadConfig(process.env);
const logger = createLogger(config);
const database = createDatabase(config);
const orderService = createOrderService({
  orders: createOrderRepository({ database }),
  transaction: database.transaction,
});

const app = createApp({ orderService, logger, checkReady: database.isReachable });
const server = app.listen(config.port, (error) => {
  if (error) throw error;
  logger.info('listening', { port: config.port });
});

process.on('SIGTERM', () => {
  if (!server.listening) return;                           // a second signal: after once it would end all at once
  // Clients with a connection could go on asking for ever.
  server.prependListener('request', (req, res) => res.setHeader('connection', 'close'));
  server.close(() => database.close());
  setTimeout(() => process.exit(1), 20_000).unref();       // before the platform's 30 seconds are over
});
