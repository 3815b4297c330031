import { isScalar } from 'yaml';
import type { YAMLMap } from 'yaml';
import { nearNames } from '../../expressions/near-names.ts';
import { excerpt } from '../../errors/index.ts';
import type { Problem } from '../../errors/index.ts';
import { findingsOfLadder, findingsOfPlaybook, findingsOfSavePlans } from '../check.ts';
import type { Finding, KnownDocuments } from '../check.ts';
import type { ApprovalLadder, Playbook, SavePlanSet } from '../types.ts';
import { toLadder, toPlaybook, toSavePlans } from './compile.ts';
import { MAX_PROBLEMS } from './context.ts';
import type { ReadContext } from './context.ts';
import { ladderFormat, playbookFormat, savePlansFormat } from './format.ts';
import type { Kind } from './kinds.ts';
import { readSource, startOf } from './source.ts';

/** A document read whole, or everything that is wrong with it (at most 100 problems, in the order of the text). */
export type ParseResult<T> =
  | { readonly ok: true; readonly value: T; readonly warnings: readonly Problem[] }
  | { readonly ok: false; readonly problems: readonly Problem[] };

export interface ParseOptions extends KnownDocuments {
  /** Name of the file, for the place of problems. */
  readonly file?: string;
}

/** The kinds of documents, told apart by their first key. */
export type PlaybookDocument =
  | { readonly kind: 'playbook'; readonly playbook: Playbook }
  | { readonly kind: 'approvals'; readonly ladder: ApprovalLadder }
  | { readonly kind: 'save plans'; readonly savePlans: SavePlanSet };

export function parsePlaybook(text: string, options: ParseOptions = {}): ParseResult<Playbook> {
  return parse(text, options, 'playbook', (root, context) => readPlaybook(root, context, options));
}

export function parseLadder(text: string, options: ParseOptions = {}): ParseResult<ApprovalLadder> {
  return parse(text, options, 'approvals', readLadder);
}

export function parseSavePlans(text: string, options: ParseOptions = {}): ParseResult<SavePlanSet> {
  return parse(text, options, 'save plans', readSavePlans);
}

/** Parses a document of any kind. */
export function parseDocument(text: string, options: ParseOptions = {}): ParseResult<PlaybookDocument> {
  return parse<PlaybookDocument>(text, options, null, (root, context) => {
    switch (kindOf(root)) {
      case 'playbook': {
        const playbook = readPlaybook(root, context, options);
        return playbook && { kind: 'playbook', playbook };
      }
      case 'approvals': {
        const ladder = readLadder(root, context);
        return ladder && { kind: 'approvals', ladder };
      }
      case 'save plans': {
        const savePlans = readSavePlans(root, context);
        return savePlans && { kind: 'save plans', savePlans };
      }
      case null:
      default:
        return undefined;
    }
  });
}

const KINDS = ['playbook', 'approvals', 'save plans'] as const;
type DocumentKind = (typeof KINDS)[number];

function firstKey(root: YAMLMap): string {
  const key: unknown = root.items[0]?.key;
  return isScalar(key) ? String(key.value) : '';
}

function kindOf(root: YAMLMap): DocumentKind | null {
  return KINDS.find((kind) => kind === firstKey(root)) ?? null;
}

function parse<T>(
  text: string,
  options: ParseOptions,
  kind: DocumentKind | null,
  read: (root: YAMLMap, context: ReadContext) => T | undefined,
): ParseResult<T> {
  const { root, context } = readSource(text, options.file);
  let value: T | undefined;
  if (root !== null) {
    const found = kindOf(root);
    if (found === null || (kind !== null && found !== kind)) {
      const known = kind === null ? KINDS.map((k) => `${k}:`).join(', ') : `${kind}:`;
      // A playbook whose first key is mistyped is still told all the rest.
      const meant = kind ?? nearNames(firstKey(root), KINDS).nearest;
      context.report('playbook.kind', { key: excerpt(firstKey(root)), known }, startOf(root));
      if (kind !== null && found === null && meant !== null) read(root, context);
    } else value = read(root, context);
  }
  const problems = inOrder(context.problems).slice(0, MAX_PROBLEMS);
  const wrong = problems.filter((p) => p.severity === 'error');
  if (value === undefined || wrong.length > 0) return { ok: false, problems };
  return { ok: true, value, warnings: problems };
}

function inOrder(problems: readonly Problem[]): Problem[] {
  return problems.toSorted(
    (a, b) =>
      (a.place?.line ?? 0) - (b.place?.line ?? 0) ||
      (a.place?.column ?? 0) - (b.place?.column ?? 0) ||
      (a.code < b.code ? -1 : 1),
  );
}

function readPlaybook(root: YAMLMap, context: ReadContext, known: KnownDocuments): Playbook | undefined {
  return readWith(root, context, playbookFormat, toPlaybook, (value) => findingsOfPlaybook(value, known));
}

function readLadder(root: YAMLMap, context: ReadContext): ApprovalLadder | undefined {
  return readWith(root, context, ladderFormat, toLadder, findingsOfLadder);
}

function readSavePlans(root: YAMLMap, context: ReadContext): SavePlanSet | undefined {
  return readWith(root, context, savePlansFormat, toSavePlans, findingsOfSavePlans);
}

function readWith<F, T>(
  root: YAMLMap,
  context: ReadContext,
  format: Kind<F>,
  compile: (fields: F, context: ReadContext) => T,
  check: (value: T) => readonly Finding[],
): T | undefined {
  context.remember([], startOf(root));
  const fields = format.read(root, [], context);
  if (fields === undefined) return undefined;
  const value = compile(fields, context);
  for (const { code, params, path, severity } of check(value)) {
    context.problems.push({ code, params, place: context.placeOf(path), severity });
  }
  return value;
}
