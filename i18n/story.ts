import { ERROR_TABLE, explain } from '../domain/errors/index.ts';
import type { ErrorCode, Problem } from '../domain/errors/index.ts';
import type { Money } from '../domain/money/types.ts';
import type { Actor } from '../domain/people/types.ts';
import type { LogEntry, Why } from '../domain/renewal/effects.ts';
import { parseCivilDate } from '../domain/time/civil.ts';
import type { Instant } from '../domain/time/types.ts';
import type { Formats } from './format.ts';
import type { Params, Translator } from './index.ts';

/** Who and what the codes stand for; anything unknown is shown as its code. */
export interface Names {
  /** Name of a person or contact by id. */
  readonly person: (id: string) => string | undefined;
  /** Name of a stage or step by id. */
  readonly stage: (id: string) => string | undefined;
}

const NOBODY: Names = { person: () => undefined, stage: () => undefined };

const INSTANT = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/;

/** Which vocabulary the values of a field come from. */
const VOCABULARY: Readonly<Record<string, readonly string[]>> = {
  role: ['role', 'contact'],
  level: ['role'],
  template: ['template'],
  // Mail goes to contacts, everything else to people who are named.
  to: ['contact', 'role'],
  channel: ['channel'],
  method: ['method'],
  task: ['task'],
  step: ['stage', 'task'],
  stage: ['stage'],
  outcome: ['outcome', 'save'],
  cause: ['cause'],
  reason: ['superseded', 'reason', 'cause'],
  decision: ['decision'],
  status: ['state'],
  state: ['state'],
  blocker: ['blocker'],
  condition: ['condition'],
  missing: ['missing'],
};

/** Turns codes, ids, dates and money into words of one language. */
export class Teller {
  readonly #t: Translator;
  readonly #formats: Formats;
  readonly #names: Names;

  constructor(t: Translator, formats: Formats, names: Names = NOBODY) {
    this.#t = t;
    this.#formats = formats;
    this.#names = names;
  }

  person(id: string): string {
    if (id === 'engine' || id === 'client' || id === 'system') return this.#t.code('words', `actor.${id}`);
    return this.#names.person(id) ?? id;
  }

  actor(actor: Actor): string {
    return actor.kind === 'person' ? this.person(actor.id) : this.#t.code('words', `actor.${actor.kind}`);
  }

  stage(id: string): string {
    return this.#names.stage(id) ?? this.#word(['stage'], id) ?? id;
  }

  role(role: string): string {
    return this.#word(['role', 'contact'], role) ?? role;
  }

  /** A person or everybody with a role. */
  assignee(value: { readonly kind: string; readonly id?: string; readonly role?: string }): string {
    return value.kind === 'role' ? this.role(value.role ?? '') : this.person(value.id ?? '');
  }

  /** A cause, channel, state … in words; the code itself where it is not in the vocabulary. */
  word(vocabulary: string, code: string): string {
    return this.#word([vocabulary], code) ?? code;
  }

  /** The values of an error: codes we have words for, and instants, in the reader's terms; all else as it is. */
  words(params: Params): Params {
    return Object.fromEntries(
      Object.entries(params).map(([name, value]) => {
        // A step is named by the id that a command takes.
        if (typeof value !== 'string' || name === 'step') return [name, value];
        if (INSTANT.test(value)) return [name, this.#formats.moment(value as Instant)];
        return [name, this.#word(VOCABULARY[name] ?? [], value) ?? this.#people(value)];
      }),
    );
  }

  /** One or several ids of people as names; any other text as it is. */
  #people(value: string): string {
    const parts = value.split(', ');
    const named = parts.map((part) => this.#names.person(part));
    return named.some((name) => name !== undefined)
      ? parts.map((part, i) => named[i] ?? part).join(this.#t('cli:list.comma'))
      : value;
  }

  /** Text of a process-table note or of what happens next, with the fuller form only where its values are there. */
  note(code: string, params: Params): string {
    const shown = this.#params(params);
    const plain = `${code}.plain`;
    const text = this.#t.code('notes', code, shown);
    if (!hasHole(text)) return text;
    return this.#t.has('notes', plain) ? this.#t.code('notes', plain) : this.#t.code('notes', `${code} `, shown).trim();
  }

  why(why: Why): string {
    // A refusal's reason is the code of an error.
    if (isErrorCode(why.rule)) {
      const said: Problem = { code: why.rule, params: why.inputs, severity: 'error' };
      return explain({ ...said, params: this.words(said.params) }, this.#t.locale).what;
    }
    const shown = this.#params(why.inputs);
    const text = this.#t.code('rules', why.rule, shown);
    return hasHole(text) ? this.#t.code('rules', `${why.rule} `, shown) : text;
  }

  /** One line of history. */
  entry(entry: Pick<LogEntry, 'kind' | 'name' | 'actor' | 'stage' | 'detail' | 'why'>): string {
    const params: Record<string, string | number> = {
      ...this.#flat(entry.why?.inputs ?? {}),
      ...this.#flat(entry.detail),
      actor: this.actor(entry.actor),
      name: entry.name,
    };
    if (entry.stage !== null && params['stage'] === undefined) params['stage'] = this.stage(entry.stage);
    // A step of a playbook or save plan has a name of its own.
    const { task, step } = entry.detail;
    if (typeof step === 'string' && ['step', 'meeting', 'save action'].includes(String(task))) {
      params['task'] = this.stage(step);
    }
    const { taskId } = entry.detail;
    if (typeof taskId === 'string') params['taskId'] = this.#taskOf(taskId);
    if (entry.kind === 'refused' && entry.why !== null) params['what'] = this.why(entry.why);
    if (entry.kind === 'refused') return this.#best(['refused', 'refused.plain'], params);
    const base = `${entry.kind}.${entry.name}`;
    const tries = [`${base}++`, `${base}+`, base];
    // The ledger calls the reason of a mail's end its outcome.
    if (entry.name.startsWith('mail ') && typeof entry.detail['outcome'] === 'string') {
      params['reason'] = this.#value('reason', entry.detail['outcome']);
    }
    if (entry.detail['reached'] === false) tries.unshift(`${base}.no answer`);
    // What changed is a code of the engine's own.
    if (entry.name === 'world changed') tries.unshift(`${base}.${String(entry.detail['what'])}`);
    return this.#best(tries, params);
  }

  /** `<renewal>/<stage>/<step>/…`: what a task id is about. */
  #taskOf(taskId: string): string {
    const step = taskId.split('/')[2];
    return step === undefined
      ? taskId
      : (this.#names.stage(step) ?? this.#word(['task'], step.replaceAll('-', ' ')) ?? step);
  }

  /** The first of the keys that exists and leaves no placeholder empty. */
  #best(keys: readonly string[], params: Params): string {
    for (const key of keys) {
      if (!this.#t.has('story', key)) continue;
      const text = this.#t.code('story', key, params);
      if (!hasHole(text)) return text;
    }
    const last = keys.at(-1) ?? '';
    return this.#t.code('story', last.slice(last.indexOf('.') + 1));
  }

  #word(vocabularies: readonly string[], code: string): string | undefined {
    const found = vocabularies.find((vocabulary) => this.#t.has('words', `${vocabulary}.${code}`));
    return found === undefined ? undefined : this.#t.code('words', `${found}.${code}`);
  }

  #params(params: Readonly<Record<string, string | number>>): Params {
    return Object.fromEntries(Object.entries(params).map(([name, value]) => [name, this.#value(name, value)]));
  }

  /** Leaves of a nested detail by their own name; the outermost wins. */
  #flat(detail: Readonly<Record<string, unknown>>): Record<string, string | number> {
    const flat: Record<string, string | number> = {};
    const nested: Readonly<Record<string, unknown>>[] = [];
    for (const [name, value] of Object.entries(detail)) {
      if (isMoney(value)) flat[name] = this.#formats.money(value);
      else if (isAssignee(value)) flat[name] = this.assignee(value);
      else if (typeof value === 'string' && value !== '') flat[name] = this.#value(name, value);
      else if (typeof value === 'number') flat[name] = this.#value(name, value);
      else if (isRecord(value)) nested.push(value);
    }
    if (typeof detail['discountBasisPoints'] === 'number') {
      flat['discount'] = this.#formats.percent(detail['discountBasisPoints']);
    }
    return Object.assign({}, ...nested.map((inner) => this.#flat(inner)), flat) as Record<string, string | number>;
  }

  #value(name: string, value: string | number): string | number {
    if (typeof value === 'number') return value;
    if (INSTANT.test(value)) return this.#formats.moment(value as Instant);
    const date = /^\d{4}-\d\d-\d\d$/.test(value) ? parseCivilDate(value) : undefined;
    if (date) return this.#formats.date(date);
    if (name === 'stage' || name === 'step' || name === 'needs') return this.stage(value);
    const word = this.#word(VOCABULARY[name] ?? [], value);
    if (word !== undefined) return word;
    if (name === 'people')
      return value
        .split(/,\s*/)
        .map((id) => this.person(id))
        .join(this.#t('cli:list.comma'));
    return ['by', 'owner', 'to', 'recipientId', 'asked'].includes(name) ? this.person(value) : value;
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, code);
}

function hasHole(text: string): boolean {
  return /\{\w+\}/.test(text);
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isMoney(value: unknown): value is Money {
  return isRecord(value) && typeof value['minor'] === 'number' && typeof value['currency'] === 'string';
}

function isAssignee(value: unknown): value is { kind: string; id?: string; role?: string } {
  return isRecord(value) && (value['kind'] === 'person' || value['kind'] === 'role');
}
