import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import { CONTRACT_FIELDS } from '../../operations/import/fields.ts';
import type { OutColumn, OutValue, TableFormat } from '../../operations/export/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { CommandSpec } from '../command-spec.ts';
import { writeBytes } from '../files.ts';
import type { Run } from '../run.ts';

type Known = keyof typeof CONTRACT_FIELDS;

/** Headers an import knows, so that an export can be changed and imported again. */
const known = (key: Known, kind: OutColumn['kind'] = 'text'): OutColumn => ({
  key,
  header: CONTRACT_FIELDS[key].label,
  kind,
});

/** What an import leaves alone: it comes from the renewals. */
const shown = (key: string, en: string, zh: string): OutColumn => ({ key, header: { en, 'zh-CN': zh }, kind: 'text' });

const COLUMNS: readonly OutColumn[] = [
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
  known('currency'),
  known('paymentDays', 'number'),
  shown('renewalPhase', 'renewal state', '续费状态'),
  shown('renewalStage', 'stage in work', '所处环节'),
  shown('renewalStatus', 'state of the stage', '环节进展'),
  shown('renewalRisk', 'at risk of churn', '流失预警'),
  shown('renewalOutcome', 'renewal outcome', '续费结果'),
];

export const commands: readonly CommandSpec[] = [
  {
    path: 'export',
    options: [{ flags: '--out <file>' }],
    async run(run, input) {
      const out = input.text('out');
      const format = formatOf(out);
      await run.withContext(async (context) => {
        const { writeTable } = await import('../../operations/export/index.ts');
        const rows = await rowsOf(run, context);
        if (run.options.json) return run.print({ items: rows, total: rows.length }, () => '');
        const file = await writeTable({ name: 'renewals', columns: COLUMNS, rows, format, locale: run.options.locale });
        if (out === undefined) {
          run.io.out(new TextDecoder().decode(file.bytes));
          return undefined;
        }
        await writeBytes(out, file.bytes);
        run.say(`${run.style.good('✓')} ${run.t('cli:export.done', { count: rows.length, file: out })}`);
        return undefined;
      });
    },
  },
];

function formatOf(file: string | undefined): TableFormat {
  if (file === undefined || /\.csv$/i.test(file)) return 'csv';
  if (/\.xlsx$/i.test(file)) return 'xlsx';
  throw PerennialError.of('cli.file_ending', { file: excerpt(file) });
}

async function rowsOf(run: Run, { db }: OperationsContext): Promise<readonly Readonly<Record<string, OutValue>>[]> {
  const { listPeople } = await import('../../operations/store/queries.ts');
  const [contracts, clients, renewals, people] = await Promise.all([
    db.contracts.find({}).sort({ endDate: 1, _id: 1 }).lean<ContractDoc[]>(),
    db.clients.find({}, { tier: 1, name: 1, ownerId: 1 }).lean<ClientDoc[]>(),
    db.renewals.find({}).sort({ term: 1 }).lean<RenewalDoc[]>(),
    listPeople(db),
  ]);
  const clientOf = new Map(clients.map((client) => [client._id, client]));
  const emailOf = new Map(people.map((person) => [person.id, person.email]));
  const renewalOf = new Map(renewals.map((renewal) => [`${renewal.contractId}:${renewal.term}`, renewal]));
  const { t } = run;
  return contracts.map((contract) => {
    const client = clientOf.get(contract.clientId);
    const renewal = renewalOf.get(`${contract._id}:${contract.term}`);
    const row = renewal?.view.rows.find((one) => one.stage === renewal.stage);
    const yesNo = (value: boolean) => t(value ? 'cli:yes' : 'cli:no');
    return {
      number: contract.number,
      client: client?.name ?? '',
      tier: client?.tier ?? '',
      product: contract.product,
      owner: client === undefined ? '' : (emailOf.get(client.ownerId) ?? ''),
      startDate: contract.startDate,
      endDate: contract.endDate,
      noticeDate: contract.noticeDate,
      termMonths: contract.termMonths,
      autoRenew: yesNo(contract.autoRenew),
      amount: contract.amount,
      currency: contract.amount.currency,
      paymentDays: contract.paymentDays,
      renewalPhase: renewal === undefined ? '' : t.code('words', `phase.${renewal.phase}`),
      renewalStage: row === undefined ? '' : t.local(row.name),
      renewalStatus: row === undefined ? '' : t.code('words', `status.${row.status}`),
      renewalRisk: renewal === undefined ? '' : yesNo(renewal.atRisk),
      renewalOutcome: renewal?.outcome == null ? '' : t.code('words', `outcome.${renewal.outcome}`),
    };
  });
}
