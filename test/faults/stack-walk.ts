import { randomUUID } from 'node:crypto';
import { PerennialError } from '../../domain/errors/index.ts';
import type { CommandKind } from '../../domain/renewal/facts.ts';
import { addDays } from '../../domain/time/civil.ts';
import type { CivilDate, Instant } from '../../domain/time/types.ts';
import * as operations from '../../operations/commands.ts';
import type { Stamp } from '../../operations/commands.ts';
import type { SampleContract } from '../../operations/import/sample.ts';
import { contractOf, findActor, findRenewal } from '../../operations/find.ts';
import { quoteTerms } from '../../operations/quote-terms.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { Stack } from '../helpers/stack.ts';
import { eventually } from '../helpers/eventually.ts';

/** What the sender of a command was told in the end. */
export interface Told {
  readonly id: string;
  readonly renewalId: string;
  readonly kind: CommandKind;
  readonly verdict: 'accepted' | 'refused';
  /** Error code of a refusal. */
  readonly code: string | null;
  readonly wanted: string;
  readonly answeredAt: Instant;
}

/** Answers that say neither yes nor no: the sender asks again under the same id. */
const UNCLEAR = ['cli.service_silent', 'cli.worker_silent', 'cli.worker_failing'];

/** Small, seeded, good enough to choose moments: a failing run is repeated with its seed. */
export function random(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** From the environment: how often something is killed, and where the dice begin. */
export const SEED = Number(process.env['PERENNIAL_SEED'] ?? 20261123);
export function rounds(inCi: number): number {
  return Number(process.env['PERENNIAL_STACK_ROUNDS'] ?? inCi);
}

const ZONES = [
  'Pacific/Kiritimati',
  'Asia/Tokyo',
  'Asia/Shanghai',
  'Asia/Dubai',
  'Africa/Lagos',
  'Atlantic/Cape_Verde',
  'America/Sao_Paulo',
  'America/Chicago',
  'Pacific/Honolulu',
  'Pacific/Pago_Pago',
];

/** Date and hour on the wall of a zone. */
export function wall(zone: string, at: Instant): { readonly date: CivilDate; readonly hour: number } {
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const [date = '', time = ''] = format.format(new Date(at)).split(' ');
  return { date: date as CivilDate, hour: Number(time.slice(0, 2)) };
}

/** A zone in which it is morning or noon: mail to clients leaves in their office hours only. */
export function officeZone(now: Instant): string {
  const zone = ZONES.find((one) => wall(one, now).hour >= 9 && wall(one, now).hour <= 13);
  if (zone === undefined) throw new Error('nowhere on earth is it morning');
  return zone;
}

/** A small client's contract that ends in `endsIn` days of its zone, whose calendar has no days off. */
export function smallContract(now: Instant, n: number, endsIn: number, more: SampleContract = {}): SampleContract {
  const zone = officeZone(now);
  const end = addDays(wall(zone, now).date, endsIn);
  return {
    number: `C-${n}`,
    client: `Example ${n}`,
    tier: 'C',
    product: 'Suite',
    startDate: addDays(end, -364),
    endDate: end,
    termMonths: '12',
    autoRenew: 'no',
    amount: '20000.00',
    currency: 'CNY',
    contactName: `Zoe ${n}`,
    contactEmail: `zoe${n}@example.org`,
    contactRole: 'decision-maker',
    contact2Name: `Bo ${n}`,
    contact2Email: `bo${n}@example.org`,
    contact2Role: 'billing',
    locale: 'en',
    zone,
    calendar: 'always',
    owner: 'li@example.com',
    ...more,
  };
}

/** People who send commands, again and again under the same id until they are told yes or no. */
export class Callers {
  readonly told: Told[] = [];
  /** Answers that a person could do nothing with. */
  readonly bewildered: string[] = [];
  /** Called when a command has been handed over and is not answered yet. */
  onSent: () => void = () => undefined;
  readonly #stack: Stack;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  async send(
    renewal: RenewalDoc,
    kind: CommandKind,
    as: string,
    act: (stamp: Stamp) => Promise<unknown>,
    wanted: Told['wanted'] = 'accepted',
  ): Promise<Told> {
    const { id: personId } = await persistently(() => findActor(this.#stack.context.db, as));
    const stamp: Stamp = { id: randomUUID(), at: this.#stack.now(), by: { kind: 'person', id: personId } };
    for (;;) {
      const answer = act(stamp).then(
        () => 'accepted',
        (error: unknown) => this.#codeOf(error),
      );
      this.onSent();
      const code = await answer;
      if (code === null || UNCLEAR.includes(code)) continue;
      const told: Told = {
        id: stamp.id,
        renewalId: renewal._id,
        kind,
        wanted,
        verdict: code === 'accepted' ? 'accepted' : 'refused',
        code: code === 'accepted' ? null : code,
        answeredAt: this.#stack.now(),
      };
      this.told.push(told);
      return told;
    }
  }

  #codeOf(error: unknown): string | null {
    if (error instanceof PerennialError) return error.problems[0]?.code ?? null;
    this.bewildered.push(
      error instanceof Error ? `${error.stack ?? error.message} ${String(error.cause)}` : String(error),
    );
    return null;
  }

  /** From the first call to the money, with the mistakes people make; the renewal ends and its next term begins. */
  async walk(number: string): Promise<void> {
    const { context } = this.#stack;
    const renewal = await this.#renewal(number);
    const { _id: id } = renewal;
    const contract = await persistently(() => contractOf(context.db, renewal));
    const { endDate } = contract;
    if (endDate === null) throw new Error(`${number} has no end`);
    const today = wall('Asia/Shanghai', this.#stack.now()).date;
    const wish = { amount: null, termMonths: null, paymentDays: null, validUntil: null, reason: 'loyal' };
    const quote = quoteTerms({ ...contract, endDate }, { ...wish, discountBasisPoints: 1800 }, 0, today);
    const call = { channel: 'call', contactId: null, reached: true, note: '', promise: null, nextStep: null } as const;
    const yes = { rule: 'discount-10-20', revision: 1, decision: 'approve', comment: '' } as const;

    await this.send(renewal, 'communication logged', LI, (s) => operations.logCommunication(context, id, call, s));
    await this.send(renewal, 'quote issued', LI, (s) => operations.issueQuote(context, id, { quote }, s));
    const early = (s: Stamp) => operations.acceptQuote(context, id, { note: '' }, s);
    await this.send(renewal, 'quote accepted', LI, early, 'refused');
    const own = (s: Stamp) => operations.decideApproval(context, id, yes, s);
    await this.send(renewal, 'approval decided', LI, own, 'refused');
    await this.send(renewal, 'approval decided', WANG, (s) => operations.decideApproval(context, id, yes, s));
    const reviewed = { step: 'terms-review', note: '' };
    await this.send(renewal, 'step completed', ZHAO, (s) => operations.completeStep(context, id, reviewed, s));
    await this.send(renewal, 'quote accepted', LI, (s) => operations.acceptQuote(context, id, { note: '' }, s));
    const { amount } = quote;
    const invoice = { number: `INV-${number}`, amount, dueDate: addDays(today, 30) };
    await this.send(renewal, 'invoice issued', SUN, (s) => operations.issueInvoice(context, id, invoice, s));
    const payment = { amount, receivedOn: today, method: 'bank transfer' as const, receipt: null };
    await this.send(renewal, 'payment received', SUN, (s) => operations.receivePayment(context, id, payment, s));
    const late = (s: Stamp) => operations.pauseRenewal(context, id, { reason: 'late', until: null }, s);
    await this.send(renewal, 'paused', LI, late, 'refused');
  }

  /** The renewal as lists show it, once it has been judged for the first time. */
  async #renewal(number: string): Promise<RenewalDoc> {
    return eventually(`the renewal of ${number}`, async () => {
      const found = await findRenewal(this.#stack.context.db, number).catch(() => undefined);
      return found?.phase === 'open' ? found : undefined;
    });
  }
}

const LI = 'li@example.com';
const WANG = 'wang@example.com';
const ZHAO = 'zhao@example.com';
const SUN = 'sun@example.com';

/** Reads of the test itself, which the database may refuse while it is away. */
export async function persistently<T>(read: () => Promise<T>): Promise<T> {
  return eventually('an answer of the database', async () => {
    try {
      return { value: await read() };
    } catch {
      return undefined;
    }
  }).then(({ value }) => value);
}
