import type { BusinessCalendar } from '../domain/calendar/types.ts';
import { PerennialError } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import { parseDocument } from '../domain/playbook/index.ts';
import type { ParseOptions, PlaybookDocument } from '../domain/playbook/index.ts';
import type { Instant } from '../domain/time/types.ts';
import { documentDigest, loadShippedPlaybooks } from '../playbooks/index.ts';
import { calendarToDomain as calendarOf } from '../schemas/calendar.ts';
import type { CalendarDoc } from '../schemas/calendar.ts';
import type { Database } from '../schemas/connection.ts';
import { parseCalendarFile } from './calendars/parse-file.ts';
import { seedDocuments } from './store/seed-documents.ts';
import type { Seeded, SeedDocuments } from './store/seed-documents.ts';
import type { SavePlanSet } from '../domain/playbook/types.ts';

export { calendarOf };

export interface TextFile {
  readonly name: string;
  readonly text: string;
}

export interface Published {
  readonly id: string;
  readonly version: number;
  /** False where the newest version says the same already. */
  readonly changed: boolean;
  readonly warnings: readonly Problem[];
}

/**
 * Checks a playbook, approval ladder or save-plan document against everything published and publishes it
 * as the next version. Running renewals keep the version they pinned. Throws every problem of the file.
 */
export async function publishDocument(db: Database, file: TextFile, now: Instant): Promise<Published> {
  const { seed, warnings } = await readDocument(db, file);
  const [seeded] = await seedDocuments(db, seed, now);
  return published(seeded, warnings);
}

/** A document that may be published. Throws every problem of the file. */
export async function readDocument(
  db: Database,
  file: TextFile,
): Promise<{ readonly seed: SeedDocuments; readonly warnings: readonly Problem[] }> {
  const parsed = parseDocument(file.text, { ...(await knownDocuments(db)), file: file.name });
  if (!parsed.ok) throw new PerennialError(parsed.problems);
  return { seed: seedOf(parsed.value, documentDigest(file.text)), warnings: parsed.warnings };
}

function seedOf(document: PlaybookDocument, digest: string): SeedDocuments {
  switch (document.kind) {
    case 'playbook':
      return { playbooks: [{ definition: document.playbook, digest }] };
    case 'approvals':
      return { ladders: [document.ladder] };
    case 'save plans':
      return { savePlans: [document.savePlans] };
    default: {
      const never: never = document;
      throw new Error(`unknown document ${JSON.stringify(never)}`);
    }
  }
}

/** What a playbook may name: the published documents, or those that come with the product where no database is at hand. */
export async function knownDocuments(db?: Database): Promise<ParseOptions> {
  if (db === undefined) {
    const shipped = loadShippedPlaybooks();
    const { loadShippedTemplates } = await import('../mail/templates.ts');
    return {
      knownLadders: shipped.ladders.map((document) => document.value.id),
      knownSavePlans: shipped.savePlans.map((document) => document.value),
      knownTemplates: loadShippedTemplates().map((template) => template.id),
    };
  }
  const docs = await db.documents.find({}, { kind: 1, id: 1, version: 1, content: 1 }).sort({ version: 1 }).lean();
  const ids = (kind: string) => [...new Set(docs.filter((doc) => doc.kind === kind).map((doc) => doc.id))];
  const newestPlans = new Map(
    docs.filter((doc) => doc.kind === 'savePlans').map((doc) => [doc.id, doc.content as SavePlanSet]),
  );
  return { knownLadders: ids('ladder'), knownTemplates: ids('template'), knownSavePlans: [...newestPlans.values()] };
}

/** The newest published version of a calendar. */
export async function newestCalendar(db: Database, id: string): Promise<BusinessCalendar | undefined> {
  const doc = await db.calendars.findOne({ id }).sort({ version: -1 }).lean<CalendarDoc>();
  return doc === null ? undefined : calendarOf(doc);
}

/** A file with days of a calendar. */
export interface CalendarText extends TextFile {
  /** Years that it makes complete, besides those it declares itself. */
  readonly covers?: readonly number[] | undefined;
}

/**
 * Takes over a calendar file: its days are merged over the newest version of the calendar and published as
 * the next one. Throws every problem of the file.
 */
export async function publishCalendar(db: Database, id: string, file: CalendarText, now: Instant): Promise<Published> {
  const { calendar, warnings } = await readCalendarFile(db, id, file);
  const [seeded] = await seedDocuments(db, { calendars: [calendar] }, now);
  return published(seeded, warnings);
}

/** The calendar as a file would make it, beside what it is. Throws `cli.unknown_id` and every problem of the file. */
export async function readCalendarFile(
  db: Database,
  id: string,
  file: CalendarText,
): Promise<ReturnType<typeof parseCalendarFile> & { readonly base: BusinessCalendar }> {
  const base = await newestCalendar(db, id);
  if (base === undefined) {
    const known = await db.calendars.distinct('id');
    throw PerennialError.of('cli.unknown_id', { value: id, known: known.sort().join(', ') });
  }
  const { name, text, covers } = file;
  return { ...parseCalendarFile({ file: name, text, base, ...(covers === undefined ? {} : { covers }) }), base };
}

function published(seeded: Seeded | undefined, warnings: readonly Problem[]): Published {
  if (seeded === undefined) throw new Error('nothing was published');
  return { id: seeded.id, version: seeded.version, changed: seeded.written, warnings };
}
