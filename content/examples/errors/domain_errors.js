// --8<-- [start:errors]
export class ConflictError extends Error {}
export class InvalidDataError extends Error {}

const MESSAGES = {
  users_email_key: 'This email address is already registered.',
  orders_customer_id_fkey: 'This customer does not exist.',
  stock_qty_check: 'The quantity cannot be negative.',
};

export function toDomainError(error) {
  const known = MESSAGES[error.constraint];
  switch (error.code) {
    case '23505': // unique
      return new ConflictError(known ?? 'This value is already taken.', { cause: error });
    case '23001': // foreign key with RESTRICT, a code of its own since PostgreSQL 18
      return new ConflictError('Other data still refers to this.', { cause: error });
    case '23503': // foreign key, from either side
      return error.message.startsWith('update or delete on table')   // the detail holds values of the client
        ? new ConflictError('Other data still refers to this.', { cause: error })
        : new InvalidDataError(known ?? 'It refers to something that does not exist.', { cause: error });
    case '23514': // check: a named one states a rule, any other one is our bug
      return known ? new InvalidDataError(known, { cause: error }) : error;
    default:
      return error; // not null and the rest: a bug, let it become a 500
  }
}
// --8<-- [end:errors]

// --8<-- [start:answers]
const STATUS = new Map([[ConflictError, 409], [InvalidDataError, 422]]);

export function errorHandler(error, req, res, next) {
  const status = STATUS.get(error.constructor);
  if (!status || res.headersSent) return next(error);
  res.status(status).json({ error: error.message });
}
// --8<-- [end:answers]
