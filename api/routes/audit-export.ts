import { Readable } from 'node:stream';
import { excerpt, explain, PerennialError } from '../../domain/errors/index.ts';
import type { Locale } from '../../domain/text.ts';
import { jobOf, queueJob } from '../../operations/audit-jobs/queue.ts';
import { recordAudit } from '../../operations/audit/append.ts';
import { eraseEverywhere } from '../../operations/erase-everywhere.ts';
import { historyFile } from '../../operations/export/history-file.ts';
import { exportedChains } from '../../operations/export/history-lines.ts';
import type { ExportFormat } from '../../operations/export/history-lines.ts';
import { EXPORT_JOB, exportFiles } from '../../operations/export/stored-exports.ts';
import { VERIFY_JOB } from '../../operations/witness/verify-job.ts';
import type { AuditJobDoc } from '../../schemas/audit-job.ts';
import type { Database } from '../../schemas/connection.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/audit-export.ts';
import { bindStream, Streamed } from '../http/streamed.ts';
import { auditJobsOf } from '../audit-jobs.ts';
import { tellEntries } from './tell-entries.ts';
import { visibleRenewal } from './visible.ts';

export const auditExportRoutes: readonly BoundRoute[] = [
  bindStream(contracts.exportHistory, async ({ deps, principal, params, query, now }) => {
    const { db } = deps.context;
    const renewal = await visibleRenewal(db, principal, params.renewalId, 'read History');
    const { format = 'json' } = query;
    const filter = { renewalId: renewal._id };
    const by = principal.person.id;
    await recordAudit(db, {
      at: now,
      name: 'exported',
      actor: { kind: 'person', id: by },
      target: { kind: 'renewal', id: renewal._id },
      detail: { format },
    });
    const only = principal.rights.filter('read History') ?? { _id: { $in: [] } };
    const chains = exportedChains(db, filter, only, tellEntries(db));
    const pieces = historyFile(format, { at: now, by, filter }, chains);
    return new Streamed(Readable.from(pieces, { objectMode: false }), fileHeaders(format, 'history'));
  }),

  bind(contracts.startExport, async ({ deps, principal, body, now, onceId, locale }) => {
    const { format, ...filter } = body;
    const wish = { id: `exp_${onceId}`, kind: EXPORT_JOB, personId: principal.person.id, input: { format, filter } };
    const job = await queueJob(deps.context.db, wish, now);
    auditJobsOf(deps).kick();
    return shown(job, locale);
  }),

  bind(contracts.getExport, async ({ deps, principal, params, locale }) =>
    shown(await ownJob(deps.context.db, principal.person.id, params.exportId, EXPORT_JOB), locale),
  ),

  bindStream(contracts.exportFile, async ({ deps, principal, params }) => {
    const { db } = deps.context;
    const job = await ownJob(db, principal.person.id, params.exportId, EXPORT_JOB);
    const file = job.state === 'done' ? await exportFiles(db).read(job._id) : undefined;
    if (file === undefined) {
      throw PerennialError.of('export.not_ready', { id: job._id, state: `@job.${job.state}` });
    }
    const { format } = job.input as { readonly format: ExportFormat };
    return new Streamed(file.body, { ...fileHeaders(format, 'histories'), 'content-length': String(file.bytes) });
  }),

  bind(contracts.verifyAllHistories, async ({ deps, principal, body, now, onceId, locale }) => {
    const input = { workflows: body.workflows ?? true };
    const wish = { id: `ver_${onceId}`, kind: VERIFY_JOB, personId: principal.person.id, input };
    const job = await queueJob(deps.context.db, wish, now);
    auditJobsOf(deps).kick();
    return shown(job, locale);
  }),

  bind(contracts.getVerification, async ({ deps, principal, params, locale }) =>
    shown(await ownJob(deps.context.db, principal.person.id, params.jobId, VERIFY_JOB), locale),
  ),

  bind(contracts.eraseClientData, async ({ deps, principal, params, body, now }) => {
    const wish = { clientId: params.clientId, confirm: body.confirm, by: principal.person.id, at: now };
    const { workflows, heads } = await eraseEverywhere(deps.context, wish);
    return { workflows, heads: [...heads] };
  }),
];

async function ownJob(db: Database, personId: string, id: string, kind: string): Promise<AuditJobDoc> {
  const job = await jobOf(db, personId, id);
  if (job === null || job.kind !== kind) {
    throw PerennialError.of('resource.not_found', { kind: '@kind.record', id: excerpt(id) });
  }
  return job;
}

function shown(job: AuditJobDoc, locale: Locale) {
  const { _id, kind, state, done, total, createdAt, finishedAt, problem, result } = job;
  const told = problem === null ? null : explain({ ...problem, severity: 'error' }, locale);
  return {
    id: _id,
    kind,
    state,
    done,
    total,
    createdAt,
    finishedAt,
    problem: told && { code: told.code, what: told.what, fix: told.fix },
    result: result === null ? null : { ...result },
  };
}

function fileHeaders(format: ExportFormat, name: string): Readonly<Record<string, string>> {
  const [type, ending] = format === 'csv' ? ['text/csv', 'csv'] : ['application/jsonl', 'jsonl'];
  return {
    'content-type': `${type}; charset=utf-8`,
    'content-disposition': `attachment; filename="${name}.${ending}"`,
  };
}
