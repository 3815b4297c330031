import { excerpt, problem } from '../../../domain/errors/index.ts';
import type { Problem } from '../../../domain/errors/index.ts';
import type { Locale } from '../../../domain/text.ts';
import type { CivilDate } from '../../../domain/time/index.ts';
import type { ContractField } from '../fields.ts';
import type { ImportSettings } from '../settings.ts';
import type { RawRow } from '../table.ts';
import { readAmount } from './amount.ts';
import { readContacts } from './contacts.ts';
import { readDates } from './contract-dates.ts';
import { isProblem } from './people-index.ts';
import type { PeopleIndex } from './people-index.ts';
import { RowCells } from './row-cells.ts';
import type { FileColumns } from './row-cells.ts';
import type { ContractRow, ContractValues, ValueName } from './values.ts';
import { LANGUAGES, STAGES, TIERS, YES_NO } from './words.ts';
import { readZone } from './zone.ts';

/** What reading rows needs besides the row. */
export interface RowContext {
  readonly columns: FileColumns;
  readonly people: PeopleIndex;
  readonly settings: ImportSettings;
  readonly locale: Locale;
  readonly today: CivilDate;
}

/** A row as values, or not; `problems` holds errors (then there is no value) and warnings. */
export interface ReadRow<T> {
  readonly value?: T;
  /** What the row is known by, also where the row is wrong elsewhere: a contract number, an e-mail address. */
  readonly key?: string;
  readonly problems: readonly Problem[];
}

/** Reads one row of a contract table. All that is wrong with it is reported at once. */
export function readContractRow(raw: RawRow, context: RowContext): ReadRow<ContractRow> {
  const { settings, today } = context;
  const cells = new RowCells<ContractField>(context.columns, raw);
  const number = cells.required('number', 64);
  const clientName = cells.required('client', 200);
  if (number !== undefined && cells.isNumberCell('number'))
    cells.warnOnce('number', 'id.leading_zero', { value: number });
  const tier = cells.choice('tier', TIERS, '@choice.tier.A, @choice.tier.B, @choice.tier.C');
  const product = cells.text('product', 200);
  const autoRenew = cells.choice('autoRenew', YES_NO, '@choice.yes, @choice.no');
  const stage = cells.choice('stage', STAGES, STAGE_NAMES);
  const dates = readDates(cells, number ?? '', stage, settings, today);
  const amount = readAmount(cells, 'amount', settings);
  if (amount === undefined && !cells.isWrong('amount') && !cells.isWrong('currency')) {
    cells.fail('amount', problem('field.missing', { field: cells.label('amount') }));
  }
  const target = readAmount(cells, 'target', settings);
  const paymentDays = cells.whole('paymentDays', 0, 365);
  const contacts = readContacts(cells);
  const locale = cells.choice('locale', LANGUAGES, '@choice.language.zh-CN, @choice.language.en');
  const zone = readZone(cells, 'zone');
  const calendarId = readCalendar(cells, settings);
  const ownerId = readOwner(cells, context);
  const healthScore = cells.whole('healthScore', 0, 100);
  const rootCause = cells.text('rootCause', 100);
  const remarks = cells.text('remarks', 2000, true);
  if (cells.failed || number === undefined || clientName === undefined || amount === undefined) {
    return number === undefined ? { problems: cells.problems } : { key: number, problems: cells.problems };
  }

  const { startDate, endDate, noticeDate, termMonths } = dates;
  const values: ContractValues = {
    number,
    clientName,
    tier: tier ?? settings.tier ?? 'B',
    locale: locale ?? context.locale,
    zone: zone ?? settings.zone,
    calendarId: calendarId ?? settings.calendarId,
    ownerId: ownerId ?? settings.ownerId ?? '',
    contacts: contacts.map((c) => c.values),
    product: product ?? '',
    startDate,
    endDate,
    noticeDate,
    termMonths,
    autoRenew: autoRenew ?? false,
    amount,
    target: target ?? amount,
    paymentDays: paymentDays ?? settings.paymentDays ?? 30,
    ...(healthScore === undefined ? {} : { healthScore }),
    ...(rootCause === undefined ? {} : { rootCause }),
    ...(remarks === undefined ? {} : { remarks }),
  };
  const given: ValueName[] = ['number', 'clientName', 'amount'];
  if (tier !== undefined) given.push('tier');
  if (locale !== undefined) given.push('locale');
  if (zone !== undefined) given.push('zone');
  if (calendarId !== undefined) given.push('calendarId');
  if (ownerId !== undefined) given.push('ownerId');
  if (contacts.length > 0) given.push('contacts');
  if (product !== undefined) given.push('product');
  if (startDate !== null) given.push('startDate');
  if (endDate !== null) given.push('endDate');
  if (dates.noticeGiven) given.push('noticeDate');
  if (dates.termGiven) given.push('termMonths');
  if (autoRenew !== undefined) given.push('autoRenew');
  if (target !== undefined) given.push('target');
  if (paymentDays !== undefined) given.push('paymentDays');
  if (healthScore !== undefined) given.push('healthScore');
  if (rootCause !== undefined) given.push('rootCause');
  if (remarks !== undefined) given.push('remarks');
  const value = { row: raw.row, values, given, contacts, ...(dates.entry === undefined ? {} : { entry: dates.entry }) };
  return { value, key: number, problems: cells.problems };
}

const STAGE_NAMES =
  '@choice.stage.contact, @choice.stage.quote, @choice.stage.review, @choice.stage.confirmation, @choice.stage.payment';

function readCalendar(cells: RowCells<ContractField>, settings: ImportSettings): string | undefined {
  const text = cells.text('calendar', 60);
  if (text === undefined) return undefined;
  const known = settings.calendars === undefined ? undefined : [...settings.calendars, 'always'];
  if (known?.includes(text) ?? /^[a-z0-9][a-z0-9-]*$/i.test(text)) return text;
  const choices = known?.join(', ') ?? 'always, cn, …';
  return cells.fail(
    'calendar',
    problem('field.choice', { value: excerpt(text), field: cells.label('calendar'), choices }),
  );
}

function readOwner(cells: RowCells<ContractField>, { people, settings }: RowContext): string | undefined {
  const text = cells.raw('owner');
  if (text === undefined) {
    if (settings.ownerId === undefined && !cells.isWrong('owner')) {
      cells.fail('owner', problem('field.missing', { field: cells.label('owner') }));
    }
    return undefined;
  }
  const found = people.find(text);
  return isProblem(found) ? cells.fail('owner', found) : found.id;
}
