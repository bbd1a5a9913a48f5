function toProblem(err) {
  switch (true) {
    case err.name === 'ValidationError':
      return { status: 422, error: 'validation', fields: Object.keys(err.errors) };
    case err.name === 'CastError' || err.name === 'StrictModeError': // unknown field
      return { status: 400, error: 'bad_value', fields: [err.path] };
    case err.code === 11000:
      return { status: 409, error: 'duplicate', fields: Object.keys(err.keyPattern ?? {}) };
    case err.name === 'VersionError': // changed meanwhile, or deleted
      return { status: 409, error: 'stale_document', fields: [] };
    case err.name === 'DocumentNotFoundError': // deleted, where save() compares no version
      return { status: 404, error: 'not_found', fields: [] };
    case /^Mongo(ServerSelection|Network|PoolCleared|WaitQueueTimeout)/.test(err.name): // driver errors, not wrapped
      return { status: 503, error: 'database_unavailable', fields: [] };
    default:
      return null; // not ours: pass it on
  }
}

export function mongoErrors(err, req, res, next) {
  const problem = toProblem(err);
  if (!problem || res.headersSent) return next(err);
  res.status(problem.status).json(problem);
}
