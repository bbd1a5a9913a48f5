export const notFound = () => (req, res) => res.status(404).json({ error: 'not_found' });

export const errorHandler = ({ logger }) => (error, req, res, next) => {
  if (res.headersSent) return next(error);
  const status = error.status >= 400 && error.status < 600 ? Math.trunc(error.status) : 500;   // others' errors may say 200, 'failed' or '404'
  if (status >= 500) logger.error(error.message, { requestId: req.id });
  res.status(status).json({ error: status >= 500 ? 'internal' : error.message });
};
