import { Router } from 'express';
import { z } from 'zod';

const Params = z.object({ id: z.coerce.number().int().positive() });

export function orderRoutes({ orderService }) {
  const router = Router();
  router.post('/:id/cancel', async (req, res) => {
    const { id } = Params.parse(req.params);
    res.json(await orderService.cancelOrder(id));
  });
  return router;
}

const statusOf = { not_found: 404, conflict: 409 };

export function errorHandler(error, req, res, next) {
  if (res.headersSent) return next(error);
  if (error instanceof z.ZodError) {
    return res.status(400).json({ error: 'Invalid request', issues: error.issues });
  }
  const status = statusOf[error.code] ?? error.status ?? 500;
  if (status >= 500) req.log?.error(error);
  res.status(status).json({ error: status >= 500 ? 'Internal error' : error.message });
}
