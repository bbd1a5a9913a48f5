export class MailboxUnknownError extends Error {}

export const addDigests = async () => 'digests';

export const attempts = [];

// What a real one would hand to a mail server.
export async function sendMail({ to }, { idempotencyKey, signal }) {
  attempts.push([to, idempotencyKey, signal instanceof AbortSignal]);
  if (to === 'nobody') throw new MailboxUnknownError('no such mailbox');
  if (to === 'busy') throw new Error('try later');
}
