import { Readable } from 'node:stream';
import { PerennialError } from '../../domain/errors/index.ts';
import { recordAudit } from '../../operations/audit/append.ts';
import { eraseEverywhere } from '../../operations/erase-everywhere.ts';
import { historyFile } from '../../operations/export/history-file.ts';
import { exportedChains } from '../../operations/export/history-lines.ts';
import { exportFiles } from '../../operations/export/stored-exports.ts';
import { ownJob, queueJob } from '../../operations/jobs/queue.ts';
import type { ExportFormat } from '../../schemas/job.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/audit-export.ts';
import { bindStream, Streamed } from '../http/streamed.ts';
import { shownJob } from './shown-job.ts';
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
    const by = principal.person.id;
    const wish = { id: `exp_${onceId}`, kind: 'history export', by, input: { format, filter } } as const;
    return shownJob(await queueJob(deps.context.db, wish, now), locale);
  }),

  bind(contracts.getExport, async ({ deps, principal, params, locale }) =>
    shownJob(await ownJob(deps.context.db, principal.person.id, params.exportId, 'history export'), locale),
  ),

  bindStream(contracts.exportFile, async ({ deps, principal, params }) => {
    const { db } = deps.context;
    const job = await ownJob(db, principal.person.id, params.exportId, 'history export');
    const file = job.state === 'done' ? await exportFiles(db).read(job._id) : undefined;
    if (file === undefined) {
      throw PerennialError.of('export.not_ready', { id: job._id, state: `@job.${job.state}` });
    }
    const { format } = job.input;
    return new Streamed(file.body, { ...fileHeaders(format, 'histories'), 'content-length': String(file.bytes) });
  }),

  bind(contracts.verifyAllHistories, async ({ deps, principal, body, now, onceId, locale }) => {
    const input = { workflows: body.workflows ?? true };
    const wish = { id: `ver_${onceId}`, kind: 'history verification', by: principal.person.id, input } as const;
    return shownJob(await queueJob(deps.context.db, wish, now), locale);
  }),

  bind(contracts.getVerification, async ({ deps, principal, params, locale }) =>
    shownJob(await ownJob(deps.context.db, principal.person.id, params.jobId, 'history verification'), locale),
  ),

  bind(contracts.eraseClientData, async ({ deps, principal, params, body, now }) => {
    const wish = { clientId: params.clientId, confirm: body.confirm, by: principal.person.id, at: now };
    const { workflows, heads } = await eraseEverywhere(deps.context, wish);
    return { workflows, heads: [...heads] };
  }),
];

function fileHeaders(format: ExportFormat, name: string): Readonly<Record<string, string>> {
  const [type, ending] = format === 'csv' ? ['text/csv', 'csv'] : ['application/jsonl', 'jsonl'];
  return {
    'content-type': `${type}; charset=utf-8`,
    'content-disposition': `attachment; filename="${name}.${ending}"`,
  };
}
