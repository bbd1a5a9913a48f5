export const notFound = () => (req, res) => res.status(404).json({ error: 'not_found' });

export const errorHandler = ({ logger }) => (error, req, res, next) => {
  if (res.headersSent) return next(error);
  const status = error.expose || error instanceof URIError ? error.status ?? 500 : 500;   // a partner's 401 is not ours
  if (status >= 500) logger.error(error.message, { requestId: req.id });
  res.status(status).json({ error: status >= 500 ? 'internal' : error.message });
};
