import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { PerennialError } from '../domain/errors/index.ts';
import { parseLadder, parsePlaybook, parseSavePlans } from '../domain/playbook/index.ts';
import type { ParseOptions, ParseResult } from '../domain/playbook/index.ts';
import type { ApprovalLadder, Playbook, SavePlanSet } from '../domain/playbook/types.ts';

/** A document that comes with Perennial. */
export interface ShippedDocument<T> {
  /** Path below `playbooks/`. */
  readonly file: string;
  readonly text: string;
  /** SHA-256 of the text, hex. */
  readonly digest: string;
  readonly value: T;
}

export interface ShippedDocuments {
  readonly playbooks: readonly ShippedDocument<Playbook>[];
  readonly ladders: readonly ShippedDocument<ApprovalLadder>[];
  readonly savePlans: readonly ShippedDocument<SavePlanSet>[];
}

/**
 * Reads and parses the shipped playbooks, ladders and save plans. Pass the ids of the templates to have the
 * names in the playbooks checked. Throws a {@link PerennialError} with every problem of every file.
 */
export function loadShippedPlaybooks(knownTemplates?: readonly string[]): ShippedDocuments {
  const ladders = load('approvals/', parseLadder, {});
  const savePlans = load('save-plans/', parseSavePlans, {});
  const playbooks = load('', parsePlaybook, {
    knownLadders: ladders.map((document) => document.value.id),
    knownSavePlans: savePlans.map((document) => document.value),
    ...(knownTemplates === undefined ? {} : { knownTemplates }),
  });
  return { playbooks, ladders, savePlans };
}

/** SHA-256 of a document's text, hex; the same for the shipped and for the published. */
export function documentDigest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function load<T>(
  folder: string,
  parse: (text: string, options: ParseOptions) => ParseResult<T>,
  known: ParseOptions,
): readonly ShippedDocument<T>[] {
  const names = readdirSync(pathOf(folder)).filter((name) => name.endsWith('.yaml'));
  return names.toSorted().map((name) => {
    const file = `${folder}${name}`;
    const text = readFileSync(pathOf(file), 'utf8');
    const result = parse(text, { ...known, file: `playbooks/${file}` });
    if (!result.ok) throw new PerennialError(result.problems);
    return { file, text, digest: documentDigest(text), value: result.value };
  });
}

function pathOf(file: string): string {
  return fileURLToPath(new URL(`./${file}`, import.meta.url));
}
