import { budget, ledger, prices } from './store.js';

// --8<-- [start:shown]
export async function metered({ tenant, feature, model, maxMicros }, call) {
  const price = await prices.current(model);              // throws for an unknown model, before you pay
  const reservation = await budget.reserve(tenant, maxMicros);
  if (!reservation) {
    throw Object.assign(new Error('AI budget used up'), { code: 'AI_BUDGET' });
  }
  let cost = 0n;                // call() throws only if nothing was charged, else it reports usage
  try {
    const { result, usage, outcome } = await call();
    cost = maxMicros;           // it was charged: the worst case, should the next line not know a kind of token
    cost = price.microsOf(usage);
    await ledger.insert({ tenant, feature, model, usage, cost, outcome });
    return result;
  } finally {
    await budget.settle(reservation, cost);
  }
}
// --8<-- [end:shown]
