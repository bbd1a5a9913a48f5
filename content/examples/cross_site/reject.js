const ALLOWED = new Set(['https://app.example.com']);
const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

export function rejectCrossSite(req, res, next) {
  if (SAFE.has(req.method)) return next();
  const origin = req.get('origin');
  const fetchSite = req.get('sec-fetch-site');
  if (fetchSite === 'same-origin' || fetchSite === 'none' || (origin && ALLOWED.has(origin))) return next();   // none: no page caused it
  if (!origin && !fetchSite && !req.get('cookie')) return next();   // not a browser session
  res.status(403).json({ error: 'cross_site_request' });
}
