import { ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { Link } from '@opentelemetry/api';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { inSpan, traceOf } from '../operations/tracing/spans.ts';

/**
 * A span for each activity, under the trace of what led to it: facts carry the trace of their senders, a decision those
 * of its facts, a mail that of the decision that planned it. What time alone has caused begins a trace of its own. The
 * workflow code knows nothing of it, so that histories stay the same with and without tracing.
 */
export const traceActivities: ActivityInterceptorsFactory = ({ info }) => ({
  inbound: {
    execute: ({ args, ...input }, next) => {
      const [parent, ...others] = tracesIn(args[0]);
      const links = others.flatMap((other): Link[] => {
        const context = trace.getSpanContext(traceOf(other));
        return context === undefined ? [] : [{ context }];
      });
      const attributes = {
        'temporal.activity': info.activityType,
        'temporal.attempt': info.attempt,
        ...subjectOf(args[0], info.activityId),
      };
      const within = parent === undefined ? ROOT_CONTEXT : traceOf(parent);
      return inSpan(info.activityType, { kind: SpanKind.CONSUMER, attributes, links }, within, () =>
        next({ args, ...input }),
      );
    },
  },
});

/** Of the shapes that our activities take: a mail's `trace`, a decision's `traces`, the facts of a look. */
function tracesIn(input: unknown): readonly string[] {
  if (typeof input !== 'object' || input === null) return [];
  const { trace: one, traces, facts } = input as Readonly<Record<'trace' | 'traces' | 'facts', unknown>>;
  const all = [
    one,
    ...list(traces),
    ...list(facts).map((fact) => (fact as { readonly trace?: unknown } | null)?.trace),
  ];
  return [...new Set(all.filter((value) => typeof value === 'string'))];
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function subjectOf(input: unknown, activityId: string): Readonly<Record<string, string>> {
  const { renewalId, sendId } = (input ?? {}) as { readonly renewalId?: unknown; readonly sendId?: unknown };
  if (typeof renewalId === 'string') return { 'perennial.renewal_id': renewalId };
  if (typeof sendId === 'string') return { 'perennial.send_id': sendId };
  return { 'temporal.activity_id': activityId };
}
