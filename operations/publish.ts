import type { BusinessCalendar } from '../domain/calendar/types.ts';
import { PerennialError } from '../domain/errors/index.ts';
import type { Problem } from '../domain/errors/index.ts';
import { parseDocument } from '../domain/playbook/index.ts';
import type { ParseOptions, PlaybookDocument } from '../domain/playbook/index.ts';
import type { Instant } from '../domain/time/types.ts';
import { documentDigest, loadShippedPlaybooks } from '../playbooks/index.ts';
import { calendarToDomain } from '../schemas/calendar.ts';
import type { CalendarDoc } from '../schemas/calendar.ts';
import type { Database } from '../schemas/connection.ts';
import { parseCalendarFile } from './calendars/parse-file.ts';
import { seedDocuments } from './store/seed-documents.ts';
import type { Seeded } from './store/seed-documents.ts';
import type { SavePlanSet } from '../domain/playbook/types.ts';

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
  const parsed = parseDocument(file.text, { ...(await knownDocuments(db)), file: file.name });
  if (!parsed.ok) throw new PerennialError(parsed.problems);
  const [seeded] = await seedDocuments(db, seedOf(parsed.value, documentDigest(file.text)), now);
  return published(seeded, parsed.warnings);
}

function seedOf(document: PlaybookDocument, digest: string): Parameters<typeof seedDocuments>[1] {
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
  return doc === null ? undefined : calendarToDomain(doc);
}

/**
 * Takes over a calendar file: its days are merged over the newest version of the calendar and published as
 * the next one. Throws every problem of the file.
 */
export async function publishCalendar(
  db: Database,
  id: string,
  file: TextFile & { readonly covers?: readonly number[] },
  now: Instant,
): Promise<Published> {
  const base = await newestCalendar(db, id);
  if (base === undefined) {
    const known = await db.calendars.distinct('id');
    throw PerennialError.of('cli.unknown_id', { value: id, known: known.sort().join(', ') });
  }
  const { calendar, warnings } = parseCalendarFile({
    file: file.name,
    text: file.text,
    base,
    ...(file.covers === undefined ? {} : { covers: file.covers }),
  });
  const [seeded] = await seedDocuments(db, { calendars: [calendar] }, now);
  return published(seeded, warnings);
}

function published(seeded: Seeded | undefined, warnings: readonly Problem[]): Published {
  if (seeded === undefined) throw new Error('nothing was published');
  return { id: seeded.id, version: seeded.version, changed: seeded.written, warnings };
}
