export const createAccountRepository = ({ database }) => ({
  findTrialsEndingBefore: async (date) => (await database.query(
    'SELECT id, email FROM account WHERE NOT expired AND trial_ends < $1 ORDER BY id', [date])).rows,
  markExpired: async (id) => { await database.query('UPDATE account SET expired = true WHERE id = $1', [id]); },
});
