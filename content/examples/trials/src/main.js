// src/main.js
import { createApp } from './app.js';
import { loadConfig } from './config.js';
import { createDatabase } from './infra/database.js';
import { createMailer } from './infra/mailer.js';
import { createAccountRepository } from './accounts/repository.js';
import { createTrialService } from './accounts/trial_service.js';

const config = loadConfig(process.env);
const database = createDatabase(config);
const mailer = createMailer(config);

const accounts = createAccountRepository({ database });
const trialService = createTrialService({
  accounts,
  mailer,
  clock: { now: () => new Date() },
});

createApp({ trialService }).listen(config.port, (error) => {
  if (error) throw error;
});
