const SECRET = /passw|token|secret|authorization|cookie|api.?key|iban/i;       // anywhere in the name

export function redact(value, depth = 0) {
  if (depth > 5) return '[deep]';
  if (Array.isArray(value)) return value.map((v) => redact(v, depth + 1));
  if (value === null || typeof value !== 'object' || value instanceof Date) return value;
  return Object.fromEntries(Object.entries(value).map(([key, v]) =>
    [key, SECRET.test(key) ? '[redacted]' : redact(v, depth + 1)]));
}
