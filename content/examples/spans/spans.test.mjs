import assert from 'node:assert/strict';
import { test } from 'node:test';
import { context, propagation, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { enqueue, traced } from './jobs.js';
import { priceOrder } from './price.js';

const exporter = new InMemorySpanExporter();
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
propagation.setGlobalPropagator(new W3CTraceContextPropagator());
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));

test('a span has its attributes, and a failure is recorded and passed on', async () => {
  assert.equal(await priceOrder({ lines: [1, 2] }), 200);
  await assert.rejects(priceOrder({ lines: [] }), /nothing to price/);
  const [good, bad] = exporter.getFinishedSpans();
  assert.deepEqual([good.name, good.attributes, good.status.code], ['price order', { 'order.lines': 2 }, 0]);
  assert.deepEqual([bad.status, bad.events[0].name], [{ code: 2, message: 'nothing to price' }, 'exception']);
});

test('a job belongs to the trace of the request that sent it', async () => {
  exporter.reset();
  const jobs = [];
  await trace.getTracer('web').startActiveSpan('POST /orders', async (span) => {
    await enqueue({ add: async (name, data) => jobs.push({ data }) }, 'price', { lines: [1] });
    span.end();
  });
  await traced((data) => priceOrder(data))(jobs[0]);
  const [request, job] = exporter.getFinishedSpans();
  assert.equal(job.parentSpanContext.spanId, request.spanContext().spanId);
  assert.equal(job.spanContext().traceId, request.spanContext().traceId);
});

test('jobs of the version before, without a trace, are still done, and it can read the new ones', async () => {
  assert.equal(await traced((data) => priceOrder(data))({ data: { lines: [1] } }), 100);
  const jobs = [];
  await enqueue({ add: async (name, data) => jobs.push({ data }) }, 'price', { lines: [1] });
  assert.equal(await priceOrder(jobs[0].data), 100);
});
