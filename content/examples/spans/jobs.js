import { context, propagation } from '@opentelemetry/api';

export async function enqueue(queue, name, data) {
  const headers = {};
  propagation.inject(context.active(), headers);
  await queue.add(name, { data, headers });
}

export const traced = (handler) => (job) =>
  context.with(propagation.extract(context.active(), job.data.headers), () => handler(job.data.data));
