const SECRET = /passw|token|secret|authorization|cookie|session|api.?key|iban/i;       // anywhere in the name

export function redact(value, depth = 0) {
  if (depth > 5) return '[deep]';
  try {
    if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
    if (typeof value?.toJSON === 'function') return redact(value.toJSON(), depth + 1);   // as JSON would: dates, ids, documents
    if (Array.isArray(value)) return value.map((v) => redact(v, depth + 1));
    if (typeof value === 'bigint') return String(value);                       // JSON throws at one
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, v]) =>
      [key, SECRET.test(key) ? '[redacted]' : redact(v, depth + 1)]));
  } catch { return '[unreadable]'; }                  // a getter or toJSON() that throws costs its value only
}
