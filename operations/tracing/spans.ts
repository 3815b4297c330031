import { context, propagation, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Context, Span, SpanOptions } from '@opentelemetry/api';
import { PerennialError } from '../../domain/errors/index.ts';

const TRACER = 'perennial';

/** The trace under way in the form of a `traceparent` header; undefined where none is recorded. */
export function traceparent(): string | undefined {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent;
}

/** The trace that a `traceparent` speaks of, on top of what is active. */
export function traceOf(parent: string | undefined): Context {
  return parent === undefined ? context.active() : propagation.extract(context.active(), { traceparent: parent });
}

/** A fact that carries the trace of whoever sends it, so that what it leads to is found under the same trace. */
export function traced<F extends { readonly trace?: string }>(fact: F): F {
  const parent = traceparent();
  return parent === undefined ? fact : { ...fact, trace: parent };
}

/**
 * Runs work as a span, and ends it with what came of it. Of an error it tells only the codes or the kind: messages may
 * quote what somebody wrote.
 */
export async function inSpan<T>(
  name: string,
  options: SpanOptions,
  within: Context,
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const span = trace.getTracer(TRACER).startSpan(name, options, within);
  return context.with(trace.setSpan(within, span), async () => {
    try {
      return await work(span);
    } catch (error) {
      span.setStatus({ code: SpanStatusCode.ERROR, message: kindOf(error) });
      throw error;
    } finally {
      span.end();
    }
  });
}

function kindOf(error: unknown): string {
  if (error instanceof PerennialError) return error.problems.map(({ code }) => code).join(' ');
  return error instanceof Error ? error.name : typeof error;
}
