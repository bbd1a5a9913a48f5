export function createTrialService({ accounts, mailer, clock }) {
  return {
    async expireOverdue() {
      const overdue = await accounts.findTrialsEndingBefore(clock.now());
      const failed = [];
      for (const account of overdue) {
        await accounts.markExpired(account.id);
        try {
          await mailer.send({ to: account.email, template: 'trial-ended' });
        } catch (error) {
          failed.push({ id: account.id, reason: error.message });
        }
      }
      return { expired: overdue.length, failed };
    },
  };
}
