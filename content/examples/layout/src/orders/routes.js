import { Router } from 'express';

export function orderRoutes({ orderService }) {
  const router = Router();
  router.post('/', async (req, res) => res.status(201).json(await orderService.place(req.body?.sku)));
  router.get('/:id', async (req, res) => res.json(await orderService.get(req.params.id)));
  return router;
}
