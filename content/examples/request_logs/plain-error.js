export function plain(err, depth = 0) {
  if (!(err instanceof Error) || depth > 4) return err;
  return {
    name: err.name, message: err.message, stack: err.stack,
    ...(err.code === undefined ? {} : { code: err.code }),
    ...(err.cause === undefined ? {} : { cause: plain(err.cause, depth + 1) }),
    ...(err instanceof AggregateError ? { errors: err.errors.map((e) => plain(e, depth + 1)) } : {}),
  };
}
