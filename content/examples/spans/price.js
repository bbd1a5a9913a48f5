import { computePrice } from './compute.js';

// --8<-- [start:shown]
import { SpanStatusCode, trace } from '@opentelemetry/api';

const tracer = trace.getTracer('orders');

export function priceOrder(order) {
  return tracer.startActiveSpan('price order', async (span) => {
    try {
      span.setAttribute('order.lines', order.lines.length);
      return await computePrice(order);
    } catch (err) {
      span.recordException(err);
      span.setStatus({ code: SpanStatusCode.ERROR, message: err?.message });
      throw err;
    } finally {
      span.end();
    }
  });
}
// --8<-- [end:shown]
