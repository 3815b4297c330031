import { excerpt, PerennialError, problem } from '../../../domain/errors/index.ts';
import type { Problem } from '../../../domain/errors/index.ts';
import { EVENT_TYPES } from '../../../domain/events/index.ts';
import type { Instant } from '../../../domain/time/types.ts';
import type { CheckedEvent } from '../accept-events.ts';
import type { Mapping, Rule } from './language.ts';
import { asText, at, meets, valueOf } from './values.ts';
import type { Scope } from './values.ts';

/** One element of a payload, and what became of it. */
export interface Mapped {
  readonly eventId: string;
  /** How the sender calls it. */
  readonly foreignType: string | null;
  /** The payload with this element only: enough to map it anew. */
  readonly payload: unknown;
  readonly result:
    | { readonly event: CheckedEvent }
    /** No rule wants it. */
    | { readonly ignored: Problem }
    /** A rule wants it, and cannot read it. */
    | { readonly faults: readonly Problem[] };
}

export interface MappingInput {
  readonly payload: unknown;
  readonly source: string;
  /** As the sender numbers it. */
  readonly delivery: string;
  readonly now: Instant;
  /** Checks the shape of an event. Throws {@link PerennialError} with every fault. */
  readonly check: (event: unknown, source: string, now: Instant) => CheckedEvent;
}

/** Applies a mapping to a payload: one result for each element and each rule that wants it. Pure. */
export function applyMapping(mapping: Mapping, input: MappingInput): readonly Mapped[] {
  const { payload } = input;
  const path = placeOfElements(mapping, payload);
  const found = at(path, { payload, element: payload });
  const elements = Array.isArray(found) ? (found as readonly unknown[]) : [found ?? payload];
  return elements.flatMap((element, index) => {
    const only = Array.isArray(found) ? narrowed(payload, keysOf(path), element) : payload;
    return mapElement(mapping, { payload, element }, only, index, input);
  });
}

function placeOfElements({ each }: Mapping, payload: unknown): string {
  const there = each?.find((one) => {
    const found = at(one, { payload, element: payload });
    return found !== undefined && !(Array.isArray(found) && found.length === 0);
  });
  return there ?? '$';
}

function keysOf(path: string): readonly string[] {
  return path
    .replace(/^\$\.?/, '')
    .split('.')
    .filter((key) => key !== '');
}

/** The payload with one element where it has a list of them. */
function narrowed(payload: unknown, keys: readonly string[], element: unknown): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return [element];
  return isRecord(payload) ? { ...payload, [key]: narrowed(payload[key], rest, element) } : payload;
}

function mapElement(
  mapping: Mapping,
  scope: Scope,
  payload: unknown,
  index: number,
  input: MappingInput,
): readonly Mapped[] {
  const foreignType = softly(() => textOf(mapping.type, scope)) ?? null;
  const common = { foreignType, payload };
  const place = index === 0 ? input.delivery : `${input.delivery}/${index}`;
  const own = softly(() => idOf(mapping, scope));
  const rules = mapping.rules.filter((rule) => wants(rule, scope));
  if (rules.length === 0 || isForeign(rules, scope)) {
    const found = excerpt(foreignType ?? input.delivery);
    return [{ ...common, eventId: own ?? place, result: { ignored: problem('event.unmapped', { found }) } }];
  }
  return rules.map((rule, i): Mapped => {
    const eventId = `${own ?? place}${i === 0 ? '' : `#${i}`}`;
    try {
      return { ...common, eventId, result: { event: eventOf(mapping, rule, scope, eventId, input) } };
    } catch (error) {
      if (!(error instanceof PerennialError)) throw error;
      return { ...common, eventId, result: { faults: error.problems } };
    }
  });
}

function wants(rule: Rule, scope: Scope): boolean {
  return Object.entries(rule.when ?? {}).every(([path, condition]) => meets(path, condition, scope));
}

/** An event in our form, of a type that we do not know: its sender tells more than we asked for. */
function isForeign(rules: readonly Rule[], scope: Scope): boolean {
  return rules.every((rule) => {
    const taken = 'take' in rule ? at(rule.take, scope) : undefined;
    const type = isRecord(taken) ? taken['type'] : undefined;
    return typeof type === 'string' && !(EVENT_TYPES as readonly string[]).includes(type);
  });
}

function eventOf(mapping: Mapping, rule: Rule, scope: Scope, id: string, input: MappingInput): CheckedEvent {
  const { source, now, check } = input;
  if ('take' in rule) {
    const taken = at(rule.take, scope);
    return check(isRecord(taken) ? { occurredAt: now, ...taken, id } : taken, source, now);
  }
  const when = rule.at ?? mapping.at;
  const event = {
    id,
    type: rule.event,
    occurredAt: when === undefined ? now : valueOf(when, scope),
    subject: subjectOf(rule, scope),
    data: Object.fromEntries(
      Object.entries(rule.data ?? {}).flatMap(([key, value]) => {
        const found = valueOf(value, scope);
        return found === undefined ? [] : [[key, found]];
      }),
    ),
  };
  return check(event, source, now);
}

/** The first subject that can be worked out. Throws why the last one cannot. */
function subjectOf(rule: Extract<Rule, { event: string }>, scope: Scope): Record<string, unknown> {
  let reason: unknown;
  for (const one of rule.subject) {
    const [[kind, value] = []] = Object.entries(one);
    if (kind === undefined || value === undefined) continue;
    try {
      const found = valueOf(value, scope);
      if (found !== undefined) return { [kind]: asText(found, kind) };
    } catch (error) {
      reason = error;
    }
  }
  if (reason instanceof PerennialError) throw reason;
  const known = rule.subject.flatMap((one) => Object.keys(one)).join(', ');
  throw PerennialError.of('event.subject', { found: '–', known });
}

function idOf({ id }: Mapping, scope: Scope): string | undefined {
  const parts = id?.map((part) => valueOf(part, scope));
  return parts === undefined || parts.includes(undefined)
    ? undefined
    : parts.map((part) => asText(part, 'id')).join('/');
}

function textOf(value: Mapping['type'], scope: Scope): string | undefined {
  const found = value === undefined ? undefined : valueOf(value, scope);
  return found === undefined ? undefined : asText(found, 'type').slice(0, 200);
}

/** What cannot be worked out is left out, where an element is only named by it. */
function softly<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (error instanceof PerennialError) return undefined;
    throw error;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
