import { Readable } from 'node:stream';
import { z } from 'zod';
import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import type { Locale } from '../../domain/text.ts';
import { translator } from '../../i18n/index.ts';
import { fieldsOf } from '../../operations/import/headers.ts';
import * as imports from '../../operations/imports/imports.ts';
import type { ImportJob } from '../../operations/imports/imports.ts';
import type { ImportResult } from '../../operations/imports/result.ts';
import type { Page } from '../../operations/store/cursor.ts';
import { bind } from '../call.ts';
import type { BoundRoute, SignedCall } from '../call.ts';
import * as contracts from '../contracts/imports.ts';
import { PAGE_MAX } from '../contracts/shapes.ts';
import { bindStream, Streamed } from '../http/streamed.ts';
import { parseStrictJson } from '../json/strict-json.ts';
import { errorOf } from '../problem.ts';
import { validated } from '../validate.ts';
import { shownJob } from './shown-job.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const mapping = z.strictObject({ mapping: z.record(z.string().max(300), z.string().max(100).nullable()) });

export const importRoutes: readonly BoundRoute[] = [
  bind(contracts.startImport, async (call) => {
    const { deps, query, body, headers, locale, onceId, now } = call;
    const { dryRun = false, mode = 'good rows', sheet = null } = query;
    const isWorkbook = String(headers['content-type']).startsWith(XLSX);
    const name = query.name ?? (isWorkbook ? 'contracts.xlsx' : 'contracts.csv');
    const chosen = query.mapping === undefined ? [] : mappingOf(query.mapping);
    const bytes = Buffer.isBuffer(body) ? body : Buffer.alloc(0);
    const wish = { id: `imp_${onceId}`, bytes, input: { name, dryRun, mode, mapping: chosen, sheet, locale } };
    return importOf(await imports.startImport(deps.context, wish, doerOf(call), now), locale);
  }),

  bind(contracts.listImports, async ({ deps, query, locale }) => {
    const { items, next } = await imports.listImports(deps.context.db, query);
    return { items: items.map((one) => importOf(one, locale)), next };
  }),

  bind(contracts.getImport, async ({ deps, params, locale }) =>
    importOf(await imports.findImport(deps.context.db, params.importId), locale),
  ),

  bind(contracts.importProblems, async ({ deps, params, query, locale }) => {
    const job = await imports.findImport(deps.context.db, params.importId);
    const { problems } = await imports.findingsOf(deps.context, job);
    const wanted = problems.filter(({ severity }) => query.severity === undefined || severity === query.severity);
    const { items, next } = stretch(wanted, query);
    return { items: items.map((one) => problemOf(one, locale)), next };
  }),

  bind(contracts.importChanges, async ({ deps, params, query }) => {
    const job = await imports.findImport(deps.context.db, params.importId);
    const { changes } = await imports.findingsOf(deps.context, job);
    const { items, next } = stretch(changes, query);
    return {
      items: items.map(({ row, key, changes: fields }) => ({
        row,
        key,
        changes: fields.map(({ field, before = null, after = null }) => ({ field, before, after })),
      })),
      next,
    };
  }),

  bindStream(contracts.importErrorsFile, async ({ deps, params }) => {
    const job = await imports.findImport(deps.context.db, params.importId);
    const bytes = await imports.errorsFileOf(deps.context, job);
    const isWorkbook = (job.result as ImportResult | null)?.errorsFile === 'xlsx';
    return new Streamed(Readable.from([bytes]), {
      'content-type': isWorkbook ? XLSX : 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="import-errors.${isWorkbook ? 'xlsx' : 'csv'}"`,
      'content-length': String(bytes.length),
    });
  }),

  bind(contracts.cancelImport, async (call) => {
    const { deps, params, locale, now } = call;
    return importOf(await imports.cancelImport(deps.context.db, params.importId, doerOf(call), now), locale);
  }),
];

function doerOf({ principal, address }: Pick<SignedCall<never>, 'principal' | 'address'>) {
  return { personId: principal.person.id, address };
}

/** Throws `json.…` and what else is wrong with it. */
function mappingOf(text: string) {
  const given = validated(mapping, { mapping: parseStrictJson(text) }, 'query').mapping;
  return Object.entries(given).map(([header, field]) => ({ header, field }));
}

/** A page of what one file holds: the cursor is the number of its last line. */
function stretch<T>(
  all: readonly T[],
  { limit = PAGE_MAX, after = '0' }: { readonly limit?: number | undefined; readonly after?: string | undefined },
): Page<T> {
  if (!/^\d{1,9}$/.test(after)) throw PerennialError.of('page.cursor', { found: excerpt(after) }, { field: '?after' });
  const end = Number(after) + limit;
  return { items: all.slice(Number(after), end), next: end < all.length ? String(end) : null };
}

function importOf(job: ImportJob, locale: Locale) {
  const { name, bytes, dryRun, mode } = job.input;
  const result = job.state === 'done' ? (job.result as ImportResult | null) : null;
  return {
    ...shownJob(job, locale),
    by: job.by,
    file: name,
    bytes,
    dryRun,
    mode,
    result: result && resultOf(result, locale),
  };
}

function resultOf({ kind, columns, ignored, table, ...numbers }: ImportResult, locale: Locale) {
  const t = translator(locale);
  const fields = fieldsOf(kind);
  const labelOf = (field: string) => (fields[field] === undefined ? field : t.local(fields[field].label));
  return {
    ...numbers,
    table: { ...table },
    ignored: [...ignored],
    columns: columns.map((column) => ({ ...column, label: labelOf(column.field) })),
  };
}

function problemOf(problem: Problem, locale: Locale) {
  const { code, what, fix } = errorOf(problem, locale);
  const { row = null, column = null, field = null } = problem.place ?? {};
  const { value } = problem.params;
  return {
    code,
    severity: problem.severity,
    row,
    column,
    field,
    value: value === undefined ? null : String(value),
    what,
    fix,
  };
}
