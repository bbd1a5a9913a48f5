// Stands for a client of a mail server.
export const createMailer = () => ({
  async send({ to }) {
    if (to.startsWith('bounce')) throw new Error('mailbox unavailable');
  },
});
