import { randomUUID } from 'node:crypto';
import { logger, requestContext } from './logger.js';

export function requestLog(req, res, next) {
  const given = req.get('x-request-id') ?? '';
  const requestId = /^[\w-]{1,64}$/.test(given) ? given : randomUUID();
  res.set('x-request-id', requestId);
  const started = performance.now();
  const { method, path } = req;   // read now: a mounted router strips its prefix from req.path later
  res.once('close', () => requestContext.run({ requestId }, () => {
    logger.log(res.statusCode >= 500 ? 'error' : 'info', 'request completed', {
      method,
      path,
      status: res.statusCode,
      aborted: !res.writableFinished,
      durationMs: Math.round(performance.now() - started),
    });
  }));
  requestContext.run({ requestId }, next);
}

export function errorLog(err, req, res, next) {
  const status = err?.expose || err instanceof URIError ? err.status ?? 500 : 500;   // malformed JSON is 400; a partner's 401 is not ours
  logger.log(status === 500 ? 'error' : 'info', 'request failed', { err });
  if (res.headersSent) return res.destroy();     // next(err) would print the error again, as text
  const error = status === 500 ? 'internal' : 'bad_request';
  res.status(status).json({ error, requestId: requestContext.getStore()?.requestId });
}
