import { CONTRACT_FIELDS } from '../import/fields.ts';
import type { OutColumn, OutValue } from './table-file.ts';
import type { Person } from '../../domain/people/types.ts';
import type { LocalText } from '../../domain/text.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';

/** The words of one language, as far as a table needs them. */
export interface ExportWords {
  (key: 'cli:yes' | 'cli:no' | 'cli:list.comma'): string;
  code(catalogue: 'words', code: string): string;
  local(text: LocalText): string;
}

/** As much of a renewal as stands in a table. */
export type ShownRenewal = Pick<RenewalDoc, 'phase' | 'stage' | 'atRisk' | 'outcome'> & {
  readonly view: Pick<RenewalDoc['view'], 'rows'>;
};

type Known = keyof typeof CONTRACT_FIELDS;

/** Headers an import knows, so that an export can be changed and imported again. */
const known = (key: Known, kind: OutColumn['kind'] = 'text'): OutColumn => ({
  key,
  header: CONTRACT_FIELDS[key].label,
  kind,
});

/** What an import leaves alone: it comes from the renewals. */
const shown = (key: string, en: string, zh: string): OutColumn => ({ key, header: { en, 'zh-CN': zh }, kind: 'text' });

export const EXPORT_COLUMNS: readonly OutColumn[] = [
  known('number'),
  known('client'),
  known('tier'),
  known('product'),
  known('owner'),
  known('startDate', 'date'),
  known('endDate', 'date'),
  known('noticeDate', 'date'),
  known('termMonths', 'number'),
  known('autoRenew'),
  known('amount', 'money'),
  known('target', 'money'),
  known('currency'),
  known('paymentDays', 'number'),
  known('contactName'),
  known('contactEmail'),
  known('contactPhone'),
  known('contactRole'),
  known('contact2Name'),
  known('contact2Email'),
  known('contact2Phone'),
  known('contact2Role'),
  known('locale'),
  known('zone'),
  known('calendar'),
  known('healthScore', 'number'),
  known('rootCause'),
  known('remarks'),
  shown('renewalPhase', 'renewal state', '续费状态'),
  shown('renewalStage', 'stage in work', '所处环节'),
  shown('renewalStatus', 'state of the stage', '环节进展'),
  shown('renewalRisk', 'at risk of churn', '流失预警'),
  shown('renewalOutcome', 'renewal outcome', '续费结果'),
];

/** One contract as an import takes it, and how its renewal stands. */
export function exportRow(
  t: ExportWords,
  contract: ContractDoc,
  client: ClientDoc | undefined,
  owner: Person | undefined,
  renewal: ShownRenewal | undefined,
): Readonly<Record<string, OutValue>> {
  const stage = renewal?.view.rows.find((one) => one.stage === renewal.stage);
  const yesNo = (value: boolean) => t(value ? 'cli:yes' : 'cli:no');
  return {
    number: contract.number,
    client: client?.name ?? '',
    tier: client?.tier ?? '',
    product: contract.product,
    owner: owner?.email ?? '',
    startDate: contract.startDate,
    endDate: contract.endDate,
    noticeDate: contract.noticeDate,
    termMonths: contract.termMonths,
    autoRenew: yesNo(contract.autoRenew),
    amount: contract.amount,
    target: contract.target,
    currency: contract.amount.currency,
    paymentDays: contract.paymentDays,
    ...contactCells(t, client?.contacts[0], 'contact'),
    ...contactCells(t, client?.contacts[1], 'contact2'),
    locale: client?.locale ?? '',
    zone: client?.zone ?? '',
    calendar: client?.calendarId ?? '',
    ...contract.extra,
    renewalPhase: renewal === undefined ? '' : t.code('words', `phase.${renewal.phase}`),
    renewalStage: stage === undefined ? '' : t.local(stage.name),
    renewalStatus: stage === undefined ? '' : t.code('words', `status.${stage.status}`),
    renewalRisk: renewal === undefined ? '' : yesNo(renewal.atRisk),
    renewalOutcome: renewal?.outcome == null ? '' : t.code('words', `outcome.${renewal.outcome}`),
  };
}

/** A table has room for two contacts; an import leaves the others as they are. */
function contactCells(
  t: ExportWords,
  contact: ClientDoc['contacts'][number] | undefined,
  prefix: 'contact' | 'contact2',
): Readonly<Record<string, OutValue>> {
  if (contact === undefined) return {};
  return {
    [`${prefix}Name`]: contact.name,
    [`${prefix}Email`]: contact.email,
    [`${prefix}Phone`]: contact.phone ?? '',
    [`${prefix}Role`]: contact.roles.map((role) => t.code('words', `contact.${role}`)).join(t('cli:list.comma')),
  };
}
