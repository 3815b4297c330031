import { stringify } from 'csv-stringify/sync';
import { hashedText } from '../../domain/history/index.ts';
import type { Instant } from '../../domain/time/types.ts';
import { escapeFormula } from './formula.ts';
import { SummedLines } from './history-lines.ts';
import type { ExportFormat, HistoryFilter } from '../../schemas/job.ts';
import type { ExportedChain, ExportedEntry } from './history-lines.ts';

export interface FileHeader {
  readonly at: Instant;
  /** Person id of whoever exports. */
  readonly by: string;
  readonly filter: HistoryFilter;
}

const COLUMNS = [
  'renewal',
  'contract',
  'client',
  'place',
  'at',
  'kind',
  'name',
  'actor',
  'stage',
  'text_en',
  'text_zh_CN',
  'playbook',
  'entry',
  'previous_hash',
  'hash',
  'hashed_text',
] as const;

const CSV = { record_delimiter: 'windows', quoted_match: /[\r\n]/ } as const;
const BOM = '\ufeff';

/** The file piece by piece; `onChain` hears of every history that is done. */
export async function* historyFile(
  format: ExportFormat,
  header: FileHeader,
  chains: AsyncIterable<ExportedChain>,
  onChain: () => Promise<void> | void = () => undefined,
): AsyncGenerator<string> {
  switch (format) {
    case 'json':
      yield* jsonFile(header, chains, onChain);
      return;
    case 'csv':
      yield BOM + stringify([[...COLUMNS]], CSV);
      for await (const chain of chains) {
        for await (const line of chain.entries) yield stringify([csvCells(chain, line)], CSV);
        await onChain();
      }
      return;
    default:
      format satisfies never;
  }
}

async function* jsonFile(
  { at, by, filter }: FileHeader,
  chains: AsyncIterable<ExportedChain>,
  onChain: () => Promise<void> | void,
): AsyncGenerator<string> {
  const lines = new SummedLines();
  const counts = { histories: 0, entries: 0 };
  yield lines.line({ format: 'perennial-history/1', at, by, filter });
  for await (const { renewal, head, entries } of chains) {
    const { _id: renewalId, contractNumber, clientName } = renewal;
    yield lines.line({ history: { renewalId, contractNumber, clientName, head } });
    for await (const { entry, text, readable } of entries) {
      counts.entries += 1;
      yield lines.line({ entry, text, ...(readable === null ? {} : { readable }) });
    }
    counts.histories += 1;
    await onChain();
  }
  yield lines.line({ end: { lines: lines.lines + 1, ...counts } });
}

function csvCells({ renewal }: ExportedChain, { entry, text }: ExportedEntry): string[] {
  const { actor, playbook } = entry;
  const texts = [
    renewal._id,
    renewal.contractNumber,
    renewal.clientName,
    String(entry.seq),
    entry.at,
    entry.kind,
    entry.name,
    actor.kind === 'engine' ? 'engine' : `${actor.kind} ${actor.id}`,
    entry.stage ?? '',
    text.en,
    text['zh-CN'],
    playbook === null ? '' : `${playbook.id}@${playbook.version}`,
    entry.entryId,
    entry.prev,
    entry.hash,
    hashedText(entry, entry.seq, entry.prev),
  ];
  return texts.map(escapeFormula);
}
