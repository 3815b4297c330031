import { Environment, ParseError } from '@marcbachmann/cel-js';
import type { ASTNode, ParseResult } from '@marcbachmann/cel-js';
import { PerennialError, problem } from '../errors/index.ts';
import { checkCondition, MAX_LIST } from './check.ts';
import type { ExpressionFault } from './check.ts';
import { FIELDS, SCOPES } from './fields.ts';
import type { FieldGroup, FieldSpec, FieldType, RuleValues, Scope } from './fields.ts';

/** A condition that passed every check; evaluating it cannot fail. */
export interface CompiledCondition<S extends Scope = Scope> {
  readonly text: string;
  readonly scope: S;
  readonly run: (values: RuleValues<S>) => unknown;
}

export type CompileResult<S extends Scope> =
  | { readonly ok: true; readonly condition: CompiledCondition<S> }
  | { readonly ok: false; readonly faults: readonly ExpressionFault[] };

export const MAX_LENGTH = 2_048;
export const MAX_DEPTH = 32;
const LIMITS = { maxAstNodes: 2_000, maxDepth: MAX_DEPTH, maxListElements: MAX_LIST, maxMapEntries: 1 };

const CEL_TYPES: Readonly<Record<FieldType, string>> = { text: 'string', number: 'double', 'yes-no': 'bool' };

function fieldEntries(group: FieldGroup): [string, FieldSpec][] {
  return Object.entries<FieldSpec>(FIELDS[group]);
}

const environments = new Map<Scope, Environment>();

function environmentOf(scope: Scope): Environment {
  const known = environments.get(scope);
  if (known !== undefined) return known;
  const made = new Environment({ limits: LIMITS });
  for (const group of SCOPES[scope]) {
    const schema = Object.fromEntries(fieldEntries(group).map(([name, f]) => [name, CEL_TYPES[f.type]]));
    made.registerVariable({ name: group, schema });
  }
  environments.set(scope, made);
  return made;
}

/**
 * Compiles a condition for the place it stands in. All faults at once, each with its range of characters:
 * `expr.syntax`, `expr.limit`, `expr.type`, `expr.unknown_field`, `expr.whole_group`, `expr.unknown_name`,
 * `expr.unknown_value`, `expr.division`, `expr.not_allowed`, `number.range`.
 */
export function compileCondition<S extends Scope>(text: string, scope: S): CompileResult<S> {
  if (text.length > MAX_LENGTH) return failed('expr.limit', 0, text.length, { limit: `${MAX_LENGTH}` });
  if (text.trim() === '') return failed('expr.syntax', 0, text.length, { detail: '∅' });
  const environment = environmentOf(scope);
  let parsed: ParseResult;
  try {
    parsed = environment.parse(text);
  } catch (error) {
    return parseFailure(error, text);
  }
  const faults = checkCondition(parsed.ast, text, scope);
  if (faults.length > 0) return { ok: false, faults };
  // Numbers from JSON are doubles, and CEL refuses to mix them with its integers: write all numbers as doubles.
  const run = environment.parse(withDoubles(parsed.ast, text));
  const check = run.check();
  if (!check.valid) throw new Error(`a checked condition was refused by CEL: ${text}`, { cause: check.error });
  return { ok: true, condition: { text, scope, run: remembering(run, readsOf(parsed.ast)) } };
}

interface Read {
  readonly group: string;
  readonly field: string;
}

/**
 * A condition asked again with the same values of the fields it names gives the answer it gave last: most are about
 * what hardly ever changes, and comparing a few fields is much quicker than evaluating.
 */
function remembering<S extends Scope>(run: (values: RuleValues<S>) => unknown, reads: readonly Read[]) {
  const last: unknown[] = [];
  let known = false;
  let answer: unknown;
  return (values: RuleValues<S>): unknown => {
    let same = known;
    for (let i = 0; i < reads.length; i += 1) {
      const read = reads[i];
      if (read === undefined) continue;
      const value = fieldOf(values, read);
      if (same && Object.is(last[i], value)) continue;
      same = false;
      last[i] = value;
    }
    if (same) return answer;
    known = false;
    answer = run(values);
    known = true;
    return answer;
  };
}

function fieldOf(values: Readonly<Record<string, unknown>>, { group, field }: Read): unknown {
  return (values[group] as Readonly<Record<string, unknown>> | undefined)?.[field];
}

/** The fields that a checked condition looks at: it can name them in one way only. */
function readsOf(node: ASTNode): readonly Read[] {
  if (node.op === '.' && node.args[0].op === 'id') return [{ group: node.args[0].args, field: node.args[1] }];
  return childrenOf(node.args).flatMap(readsOf);
}

/** Whether the condition holds. A few microseconds; cannot fail on values of the declared types. */
export function evaluate<S extends Scope>(condition: CompiledCondition<S>, values: RuleValues<S>): boolean {
  const result = condition.run(values);
  if (typeof result !== 'boolean') throw new Error(`condition gave ${typeof result}: ${condition.text}`);
  return result;
}

const MAX_CACHED = 5_000;
/** By scope and text. */
const cache = new Map<Scope, Map<string, CompiledCondition>>();

/**
 * Whether the condition `text` holds; compiled once and kept by its text.
 * Throws a {@link PerennialError} with every fault when the text does not compile.
 */
export function holds<S extends Scope>(text: string, scope: S, values: RuleValues<S>): boolean {
  return evaluate(cachedCondition(text, scope), values);
}

/** The compiled condition from the cache. Throws a {@link PerennialError} when the text does not compile. */
export function cachedCondition<S extends Scope>(text: string, scope: S): CompiledCondition<S> {
  let ofScope = cache.get(scope);
  if (ofScope === undefined) {
    ofScope = new Map();
    cache.set(scope, ofScope);
  }
  // What is kept for the scope was compiled for S.
  const known = ofScope.get(text) as CompiledCondition<S> | undefined;
  if (known !== undefined) return known;
  const result = compileCondition(text, scope);
  if (!result.ok) {
    throw new PerennialError(result.faults.map((f) => problem(f.code, f.params, { column: f.from + 1, field: text })));
  }
  if (ofScope.size >= MAX_CACHED) ofScope.clear();
  ofScope.set(text, result.condition);
  return result.condition;
}

function failed(
  code: ExpressionFault['code'],
  from: number,
  to: number,
  params: ExpressionFault['params'],
): { ok: false; faults: readonly ExpressionFault[] } {
  return { ok: false, faults: [{ code, params, from, to }] };
}

function parseFailure(error: unknown, text: string): { ok: false; faults: readonly ExpressionFault[] } {
  if (!(error instanceof ParseError)) throw error;
  const from = Math.min(error.range?.start ?? 0, text.length);
  const to = Math.min(Math.max(error.range?.end ?? from, from), text.length);
  if (error.code === 'limit_exceeded') return failed('expr.limit', from, to, { limit: limitOf(error.summary) });
  if (error.code === 'invalid_number') {
    const max = Number.MAX_SAFE_INTEGER;
    return failed('number.range', from, to, { value: text.slice(from, to).slice(0, 80), min: -max, max });
  }
  const detail = from >= text.trimEnd().length ? '…' : text.slice(from, Math.max(to, from + 1)).slice(0, 40);
  return failed('expr.syntax', from, to, { detail });
}

/** "Exceeded maxDepth (32)" → "depth 32", shown in both languages. */
function limitOf(summary: string): string {
  const match = /max([A-Za-z]+) \((\d+)\)/.exec(summary);
  return match === null ? summary : `${match[1]?.toLowerCase() ?? ''} ${match[2] ?? ''}`;
}

/** The text with every whole number written as a double: `50` → `50.0`. */
function withDoubles(ast: ASTNode, text: string): string {
  const literals: { start: number; end: number; value: bigint }[] = [];
  collect(ast, literals);
  let result = '';
  let from = 0;
  for (const { start, end, value } of literals.toSorted((a, b) => a.start - b.start)) {
    result += `${text.slice(from, start)}${value}.0`;
    from = end;
  }
  return result + text.slice(from);
}

function collect(node: ASTNode, into: { start: number; end: number; value: bigint }[]): void {
  if (node.op === 'value') {
    if (typeof node.args === 'bigint') into.push({ start: node.start, end: node.end, value: node.args });
    return;
  }
  for (const child of childrenOf(node.args)) collect(child, into);
}

function childrenOf(args: unknown): ASTNode[] {
  if (Array.isArray(args)) return args.flatMap(childrenOf);
  return isNode(args) ? [args] : [];
}

function isNode(value: unknown): value is ASTNode {
  return typeof value === 'object' && value !== null && 'op' in value && 'args' in value;
}
