import type { ClientSession } from 'mongoose';
import type { BusinessCalendar } from '../../domain/calendar/types.ts';
import { canonicalJson, storable } from '../../domain/history/index.ts';
import type { ApprovalLadder, MailTemplate, Playbook, SavePlanSet } from '../../domain/playbook/types.ts';
import type { Instant } from '../../domain/time/types.ts';
import type { Database } from '../../schemas/connection.ts';
import type { DocumentKind } from '../../schemas/document.ts';
import { sha256 } from '../../schemas/sealing.ts';
import { isDuplicateKey } from '../../schemas/transaction.ts';

export interface SeedPlaybook {
  readonly definition: Playbook;
  /** SHA-256 of the source text; of the definition where left out. */
  readonly digest?: string;
}

export interface SeedDocuments {
  readonly playbooks?: readonly SeedPlaybook[];
  readonly ladders?: readonly ApprovalLadder[];
  readonly savePlans?: readonly SavePlanSet[];
  readonly templates?: readonly MailTemplate[];
  readonly calendars?: readonly BusinessCalendar[];
  /** Id of the team's calendar; set only where none is set yet. */
  readonly teamCalendar?: string;
}

export interface Seeded {
  readonly kind: 'playbook' | 'calendar' | DocumentKind;
  readonly id: string;
  readonly version: number;
  /** False where the newest version says the same already. */
  readonly written: boolean;
}

interface Source {
  readonly kind: Seeded['kind'];
  readonly id: string;
  readonly digest: string;
  readonly body: unknown;
}

/**
 * Publishes documents: one that is not there becomes version 1, one that says something else than its newest
 * version becomes the next version, and the same again changes nothing. Versions are never overwritten.
 */
export async function seedDocuments(db: Database, seed: SeedDocuments, now: Instant): Promise<readonly Seeded[]> {
  const seeded: Seeded[] = [];
  for (const source of sourcesOf(seed)) seeded.push(await publish(db, source, now));
  if (seed.teamCalendar !== undefined) {
    await db.settings.updateOne(
      { _id: 'team calendar' },
      { $setOnInsert: { value: seed.teamCalendar } },
      { upsert: true },
    );
  }
  return seeded;
}

function sourcesOf(seed: SeedDocuments): readonly Source[] {
  const source = (kind: Source['kind'], id: string, body: object, digest = sha256(canonicalJson(body))): Source => ({
    kind,
    id,
    digest,
    body: storable(body),
  });
  return [
    ...(seed.calendars ?? []).map((calendar) => source('calendar', calendar.id, { ...calendar, version: 0 })),
    ...(seed.ladders ?? []).map((ladder) => source('ladder', ladder.id, ladder)),
    ...(seed.savePlans ?? []).map((plans) => source('savePlans', plans.id, plans)),
    ...(seed.templates ?? []).map((template) => source('template', template.id, template)),
    ...(seed.playbooks ?? []).map(({ definition, digest }) => source('playbook', definition.id, definition, digest)),
  ];
}

async function publish(db: Database, source: Source, now: Instant): Promise<Seeded> {
  for (;;) {
    try {
      return await publishOnce(db, source, now);
    } catch (error) {
      // A rival published this version just now: look again, perhaps it says the same.
      if (!isDuplicateKey(error)) throw error;
    }
  }
}

/** As {@link seedDocuments} for one document, in the caller's transaction, which is run again where a rival was faster. */
export async function seedInTransaction(
  db: Database,
  seed: SeedDocuments,
  now: Instant,
  session: ClientSession,
): Promise<Seeded> {
  const [source] = sourcesOf(seed);
  if (source === undefined) throw new Error('there is nothing to publish');
  return publishOnce(db, source, now, session);
}

async function publishOnce(db: Database, source: Source, now: Instant, session?: ClientSession): Promise<Seeded> {
  const { kind, id, digest } = source;
  const newest = await newestOf(db, source, session);
  if (newest?.digest === digest) return { kind, id, version: newest.version, written: false };
  const version = (newest?.version ?? 0) + 1;
  await insert(db, source, version, now, session);
  return { kind, id, version, written: true };
}

async function newestOf(
  db: Database,
  { kind, id }: Source,
  session: ClientSession | undefined,
): Promise<{ version: number; digest: string } | null> {
  const fields = { version: 1, digest: 1 } as const;
  const order = { version: -1 } as const;
  const within = { session: session ?? null };
  if (kind === 'playbook')
    return db.playbooks.findOne({ id }, fields, within).sort(order).lean<{ version: number; digest: string }>();
  if (kind === 'calendar')
    return db.calendars.findOne({ id }, fields, within).sort(order).lean<{ version: number; digest: string }>();
  return db.documents.findOne({ kind, id }, fields, within).sort(order).lean<{ version: number; digest: string }>();
}

async function insert(
  db: Database,
  { kind, id, digest, body }: Source,
  version: number,
  publishedAt: Instant,
  session?: ClientSession,
): Promise<void> {
  const within = { session: session ?? null };
  const common = { id, version, digest, publishedAt };
  if (kind === 'playbook') {
    const definition = body as Playbook;
    await db.playbooks.insertMany([{ _id: `${id}@${version}`, ...common, definition, status: 'published' }], within);
  } else if (kind === 'calendar') {
    const calendar = { ...(body as BusinessCalendar), version };
    await db.calendars.insertMany([{ _id: `${id}@${version}`, ...common, calendar }], within);
  } else {
    const content = body as ApprovalLadder | SavePlanSet | MailTemplate;
    await db.documents.insertMany([{ _id: `${kind}/${id}@${version}`, kind, ...common, content }], within);
  }
}
