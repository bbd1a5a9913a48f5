// In memory what the SQL of the article keeps.
export const rows = [];
export const month = { limit: 100_000n, spent: 0n };
export const prices = {
  async current(model) {
    if (model !== 'small') throw new Error(`no price for ${model}`);
    return { microsOf: ({ input, output }) => BigInt(input) + 4n * BigInt(output) };
  },
};
export const budget = {
  async reserve(tenant, micros) {
    if (month.spent + micros > month.limit) return null;
    month.spent += micros;
    return { micros };
  },
  async settle({ micros }, cost) { month.spent += cost - micros; },
};
export const ledger = { insert: async (row) => rows.push(row) };
