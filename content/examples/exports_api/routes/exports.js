import { isDeepStrictEqual } from 'node:util';
import { Router } from 'express';
import { z } from 'zod';
import { exportQueue } from '../queues/export.queue.js';

const Body = z.object({ year: z.string().regex(/^\d{4}$/) });

export function exportsRouter({ repository, logger }) {
  const router = Router();

  router.post('/', async (req, res) => {
    const key = req.get('Idempotency-Key');
    if (!key || key.length > 128) {
      return res.status(400).json({ error: 'idempotency_key_required' });
    }
    const params = Body.parse(req.body); // a ZodError goes to the error handler
    const { row, created } = await repository.insertOnce(req.user.id, key, params);
    if (!created && !isDeepStrictEqual(row.params, params)) {
      return res.status(422).json({ error: 'idempotency_key_reused' });
    }
    if (created) {
      try {
        await exportQueue.add('export', { exportId: row.id, requestId: req.id }, {
          jobId: `export-${row.id}`,
          removeOnComplete: true, removeOnFail: { age: 7 * 24 * 3600 }, // or Redis keeps all for ever
        });
      } catch (err) {
        logger.warn('enqueue failed, left to the sweeper', { err, exportId: row.id });
      }
    }
    res.status(202).location(`/exports/${row.id}`).json({ id: row.id, status: row.status });
  });

  return router;
}
