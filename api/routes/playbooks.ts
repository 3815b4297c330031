import { Readable } from 'node:stream';
import { PerennialError } from '../../domain/errors/index.ts';
import type { Problem } from '../../domain/errors/index.ts';
import {
  compareDocuments,
  compareSentences,
  describePlaybook,
  parseDocument,
  parsePlaybook,
  printPlaybook,
} from '../../domain/playbook/index.ts';
import type { PlaybookDocument } from '../../domain/playbook/index.ts';
import type { Playbook } from '../../domain/playbook/types.ts';
import type { Locale } from '../../domain/text.ts';
import { translator } from '../../i18n/index.ts';
import { entryRows, entryWords } from '../../i18n/timetable.ts';
import { readCalendar, teamCalendarId } from '../../operations/calendars/read.ts';
import { playbookMatches } from '../../operations/playbooks/matches.ts';
import type { Match } from '../../operations/playbooks/matches.ts';
import { previewTimeline } from '../../operations/playbooks/preview.ts';
import * as playbooks from '../../operations/playbooks/read.ts';
import { publishNoted } from '../../operations/publish-noted.ts';
import { calendarOf, knownDocuments, readDocument } from '../../operations/publish.ts';
import type { Database } from '../../schemas/connection.ts';
import { bind } from '../call.ts';
import type { BoundRoute } from '../call.ts';
import * as contracts from '../contracts/playbooks.ts';
import { bindStream, Streamed } from '../http/streamed.ts';
import { findingOf } from '../problem.ts';
import { tellerFor } from './say.ts';
import { changeStamp } from './visible-records.ts';

/** So many renewals are named in one answer. */
const SHOWN = 50;
/** How a text is called that was sent without a name. */
const UNNAMED = 'playbook.yaml';

export const playbookRoutes: readonly BoundRoute[] = [
  bind(contracts.listPlaybooks, async ({ deps }) => ({
    items: (await playbooks.newestPlaybooks(deps.context.db)).map(({ playbook, versions }) => {
      const { id, version, status, publishedAt, definition } = playbook;
      const { name, description, applies, priority, mode } = definition;
      return { id, version, versions, status, name, description, applies, priority, mode, publishedAt };
    }),
  })),

  bind(contracts.playbookVersions, async ({ deps, params }) => {
    const versions = await playbooks.playbookVersions(deps.context.db, params.playbookId);
    return {
      items: versions.map(({ version, digest, status, publishedAt }) => ({ version, digest, status, publishedAt })),
    };
  }),

  bind(contracts.getPlaybook, async ({ deps, params, locale }) => {
    const { playbookId, version: wanted } = params;
    const doc = await playbooks.readPlaybook(deps.context.db, playbookId, versionOf(wanted));
    const { id, version, digest, status, publishedAt, definition } = doc;
    const sentences = describePlaybook(definition, locale);
    const { name, description } = definition;
    return { id, version, digest, status, name, description, publishedAt, playbook: { ...definition }, sentences };
  }),

  bindStream(contracts.getPlaybookYaml, async ({ deps, params }) => {
    const { playbookId, version } = params;
    const doc = await playbooks.readPlaybook(deps.context.db, playbookId, versionOf(version));
    return new Streamed(Readable.from([printPlaybook(doc.definition)], { objectMode: false }), {
      'content-type': 'application/yaml; charset=utf-8',
      'content-disposition': `attachment; filename="${doc.id}-v${doc.version}.yaml"`,
    });
  }),

  bind(contracts.comparePlaybooks, async ({ deps, params, query, locale }) => {
    const { db } = deps.context;
    const to = await playbooks.readPlaybook(db, params.playbookId, versionOf(query.to ?? 'latest'));
    // The first version differs in nothing from what was before it.
    const before = query.from === undefined ? Math.max(1, to.version - 1) : versionOf(query.from);
    const from = await playbooks.readPlaybook(db, params.playbookId, before);
    return { from: from.version, to: to.version, ...differenceOf(from.definition, to.definition, locale) };
  }),

  bind(contracts.checkPlaybook, async ({ deps, body, locale }) => {
    const { db } = deps.context;
    const { text, file = UNNAMED } = body;
    const parsed = parseDocument(text, { ...(await knownDocuments(db)), file });
    const problems: readonly Problem[] = parsed.ok ? parsed.warnings : parsed.problems;
    const playbook = parsed.ok && parsed.value.kind === 'playbook' ? parsed.value.playbook : null;
    const newest = playbook && (await playbooks.newestPlaybook(db, playbook.id));
    return {
      ok: parsed.ok,
      kind: parsed.ok ? parsed.value.kind : null,
      id: parsed.ok ? idOf(parsed.value) : null,
      problems: problems.map((one) => findingOf(one, locale)),
      sentences: playbook === null ? [] : describePlaybook(playbook, locale),
      published:
        playbook === null || newest === null
          ? null
          : { version: newest.version, ...differenceOf(newest.definition, playbook, locale) },
    };
  }),

  bind(contracts.previewPlaybook, async ({ deps, body, locale }) => {
    const { db } = deps.context;
    const { endDate, noticeDate = null, tier } = body;
    const { playbook, version } = await meant(db, body);
    const calendar = calendarOf(await readCalendar(db, body.calendarId ?? (await teamCalendarId(db))));
    const words = entryWords(translator(locale), tellerFor(locale), playbook);
    const entries = previewTimeline(playbook, { endDate, noticeDate, calendar, tier });
    const items = entryRows(entries, words);
    const { id, name } = playbook;
    return { playbook: id, name, version, calendarId: calendar.id, endDate, noticeDate, items };
  }),

  bind(contracts.matchPlaybook, async ({ deps, principal, body, now, locale }) => {
    const { db } = deps.context;
    const { playbook } = await meant(db, body);
    const only = principal.rights.filter('read Renewal') ?? { _id: { $in: [] } };
    const { looked, complete, counts, first } = await playbookMatches(db, playbook, only, { now, shown: SHOWN });
    return {
      looked,
      complete,
      counts: { ...counts },
      first: first.map((match) => ({
        renewalId: match.renewal._id,
        contractNumber: match.renewal.contractNumber,
        clientName: match.renewal.clientName,
        endDate: match.renewal.endDate,
        result: match.result,
        other: match.other,
        reason: reasonOf(match, locale),
      })),
    };
  }),

  bind(contracts.publishPlaybook, async (call) => {
    const { deps, body, address, locale } = call;
    const { db } = deps.context;
    const { text, file = UNNAMED, basedOn } = body;
    const read = await readDocument(db, { name: file, text });
    const stamp = { ...changeStamp(call), address };
    const { id, version, changed, woken, warnings } = await publishNoted(db, { ...read, basedOn }, 'playbook', stamp);
    return { id, version, changed, woken, warnings: warnings.map((one) => findingOf(one, locale)) };
  }),
];

function versionOf(text: string): number | 'latest' {
  return text === 'latest' ? text : Number(text);
}

interface Meant {
  readonly playbookId?: string | undefined;
  readonly version?: number | undefined;
  readonly text?: string | undefined;
  readonly file?: string | undefined;
}

/** The playbook that is published under an id, or that a text describes. Throws every problem of the text. */
async function meant(
  db: Database,
  { playbookId, version, text, file = UNNAMED }: Meant,
): Promise<{ readonly playbook: Playbook; readonly version: number | null }> {
  if (text !== undefined && playbookId !== undefined) {
    throw PerennialError.of('cli.exclusive', { first: 'playbookId', second: 'text' }, { field: 'text' });
  }
  if (text !== undefined) {
    const parsed = parsePlaybook(text, { ...(await knownDocuments(db)), file });
    if (!parsed.ok) throw new PerennialError(parsed.problems);
    return { playbook: parsed.value, version: null };
  }
  if (playbookId === undefined)
    throw PerennialError.of('field.absent', { field: 'playbookId' }, { field: 'playbookId' });
  const doc = await playbooks.readPlaybook(db, playbookId, version ?? 'latest');
  return { playbook: doc.definition, version: doc.version };
}

function differenceOf(before: Playbook, after: Playbook, locale: Locale) {
  return {
    changes: compareDocuments(before, after).map(({ kind, path, before: old, after: now }) => {
      return { kind, path, before: old, after: now };
    }),
    sentences: [...compareSentences(describePlaybook(before, locale), describePlaybook(after, locale))],
  };
}

function idOf(document: PlaybookDocument): string {
  switch (document.kind) {
    case 'playbook':
      return document.playbook.id;
    case 'approvals':
      return document.ladder.id;
    case 'save plans':
      return document.savePlans.id;
    default:
      return document satisfies never;
  }
}

function reasonOf({ result, other }: Match, locale: Locale): string {
  const t = translator(locale);
  const playbook = other?.id ?? '';
  switch (result) {
    case 'takes it':
      return t('words:match.takes');
    case 'outranked':
      return t('words:match.outranked', { playbook });
    case 'keeps its own':
      return t('words:match.keeps', { playbook, version: other?.version ?? 0 });
    default:
      return result satisfies never;
  }
}
