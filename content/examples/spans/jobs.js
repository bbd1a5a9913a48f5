import { context, propagation } from '@opentelemetry/api';

export async function enqueue(queue, name, data) {
  const trace = {};
  propagation.inject(context.active(), trace);
  await queue.add(name, { ...data, trace });              // beside the data: workers of the version before can read it
}

export const traced = (handler) => (job) =>
  context.with(propagation.extract(context.active(), job.data.trace), () => handler(job.data));
