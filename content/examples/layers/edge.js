import { Router } from 'express';
import { z } from 'zod';

const Params = z.object({ id: z.string().regex(/^[1-9]\d{0,14}$/).transform(Number) });   // not 1e3, not 0x10

function parse(schema, input) {                    // only here is a fault the client's: elsewhere a ZodError is a bug
  const { success, data, error } = schema.safeParse(input);
  if (!success) throw Object.assign(new Error('Invalid request'), { status: 400, expose: true, issues: error.issues });
  return data;
}

export function orderRoutes({ orderService }) {
  const router = Router();
  router.post('/:id/cancel', async (req, res) => {
    const { id } = parse(Params, req.params);
    const { status } = await orderService.cancelOrder(id);
    res.json({ id, status });                      // field by field: a new column stays inside
  });
  return router;
}

const statusOf = { not_found: 404, conflict: 409 };

export function errorHandler(error, req, res, next) {
  if (res.headersSent) return next(error);
  const status = statusOf[error.code] ?? (error.expose || error instanceof URIError ? error.status ?? 500 : 500);   // a partner's 401 is not ours
  if (status < 500) return res.status(status).json({ error: error.message, issues: error.issues });
  console.error(error);
  res.status(status).json({ error: 'Internal error' });
}
