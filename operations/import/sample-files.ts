import type { Locale } from '../../domain/text.ts';
import { parseCivilDate } from '../../domain/time/index.ts';
import { writeCells } from '../export/table-file.ts';
import type { OutCell, TableFormat, WrittenFile } from '../export/table-file.ts';
import { CONTRACT_FIELDS, TEAM_FIELDS } from './fields.ts';
import type { ContractField } from './fields.ts';
import { sampleContracts, sampleTeam } from './sample.ts';
import type { SampleContract, SampleOptions } from './sample.ts';

const COLUMNS: readonly ContractField[] = [
  'number',
  'client',
  'tier',
  'product',
  'startDate',
  'endDate',
  'noticeDays',
  'termMonths',
  'autoRenew',
  'amount',
  'currency',
  'target',
  'paymentDays',
  'contactName',
  'contactEmail',
  'contactRole',
  'contact2Name',
  'contact2Email',
  'contact2Role',
  'locale',
  'zone',
  'calendar',
  'owner',
  'stage',
  'stageSince',
  'healthScore',
  'remarks',
];

const DATES = new Set<ContractField>(['startDate', 'endDate', 'stageSince']);
const NUMBERS = new Set<ContractField>(['noticeDays', 'termMonths', 'amount', 'target', 'paymentDays', 'healthScore']);

/** The sample contracts as a table file that the import reads. */
export async function sampleContractsFile(options: SampleOptions, format: TableFormat = 'xlsx'): Promise<WrittenFile> {
  return await contractsFile(sampleContracts(options), options.locale, format);
}

/** The five faults of {@link sampleWorkbook}: row in the file → field and text. */
export const SAMPLE_FAULTS: readonly { readonly row: number; readonly field: ContractField; readonly text: string }[] =
  [
    { row: 17, field: 'endDate', text: '2026-02-30' },
    { row: 58, field: 'endDate', text: '03/04/2027' },
    { row: 99, field: 'amount', text: '12万八' },
    { row: 140, field: 'currency', text: 'RMB' },
    { row: 181, field: 'contactEmail', text: 'zhang.chen@example' },
  ];

/** The contracts of {@link sampleWorkbook} as they should be. Their numbers are none of the sample's. */
export function workbookContracts(options: Omit<SampleOptions, 'count'>): readonly SampleContract[] {
  return sampleContracts({ prefix: 'XS', ...options, count: 200 });
}

/** A workbook of 200 rows, five of them wrong in five ways ({@link SAMPLE_FAULTS}), to try the import with. */
export async function sampleWorkbook(options: Omit<SampleOptions, 'count'>): Promise<WrittenFile> {
  const contracts = workbookContracts(options).map((contract, i) => {
    const fault = SAMPLE_FAULTS.find((f) => f.row === i + 2);
    return fault === undefined ? contract : { ...contract, [fault.field]: fault.text };
  });
  return await contractsFile(contracts, options.locale, 'xlsx');
}

async function contractsFile(
  contracts: readonly SampleContract[],
  locale: Locale,
  format: TableFormat,
): Promise<WrittenFile> {
  const header = COLUMNS.map((field) => CONTRACT_FIELDS[field].label[locale]);
  const rows = contracts.map((contract) => COLUMNS.map((field) => cell(field, contract[field] ?? '')));
  const zh = locale === 'zh-CN';
  return await writeCells(zh ? '示例合同' : 'sample-contracts', format, header, rows, zh ? '合同' : 'Contracts');
}

/** The sample team as a table file that the import reads. */
export async function sampleTeamFile(locale: Locale, format: TableFormat = 'xlsx'): Promise<WrittenFile> {
  const fields = ['name', 'email', 'roles', 'manager', 'locale', 'zone'] as const;
  const rows = sampleTeam().map((person) =>
    fields.map((field) => {
      const value = person[field];
      return cell(undefined, Array.isArray(value) ? value.join(', ') : String(value ?? ''));
    }),
  );
  const header = fields.map((field) => TEAM_FIELDS[field].label[locale]);
  const zh = locale === 'zh-CN';
  return await writeCells(zh ? '示例团队' : 'sample-team', format, header, rows, zh ? '团队' : 'Team');
}

function cell(field: ContractField | undefined, text: string): OutCell {
  if (text === '') return null;
  if (field !== undefined && DATES.has(field) && parseCivilDate(text) !== undefined) {
    return { kind: 'date', text };
  }
  if (field !== undefined && NUMBERS.has(field) && /^\d+(\.\d+)?$/.test(text)) return { kind: 'number', text };
  return { kind: 'text', text };
}
