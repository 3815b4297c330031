import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { OutValue, TableFormat } from '../../operations/export/index.ts';
import type { OperationsContext } from '../../operations/context.ts';
import type { ClientDoc } from '../../schemas/client.ts';
import type { ContractDoc } from '../../schemas/contract.ts';
import type { RenewalDoc } from '../../schemas/renewal.ts';
import type { CommandSpec } from '../command-spec.ts';
import { writeBytes } from '../files.ts';
import { EXPORT_COLUMNS, exportRow } from '../render/export-row.ts';
import type { Run } from '../run.ts';

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
        if (run.options.json && out === undefined) return run.print({ items: rows, total: rows.length }, () => '');
        const { locale } = run.options;
        const file = await writeTable({ name: 'renewals', columns: EXPORT_COLUMNS, rows, format, locale });
        if (out === undefined) return run.io.out(new TextDecoder().decode(file.bytes));
        await writeBytes(out, file.bytes);
        if (run.options.json) return run.print({ file: out, format, total: rows.length }, () => '');
        return run.say(`${run.style.good('✓')} ${run.t('cli:export.done', { count: rows.length, file: out })}`);
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
    db.clients.find({}).lean<ClientDoc[]>(),
    db.renewals.find({}).sort({ term: 1 }).lean<RenewalDoc[]>(),
    listPeople(db),
  ]);
  const clientOf = new Map(clients.map((client) => [client._id, client]));
  const personOf = new Map(people.map((person) => [person.id, person]));
  const renewalOf = new Map(renewals.map((renewal) => [`${renewal.contractId}:${renewal.term}`, renewal]));
  return contracts.map((contract) => {
    const client = clientOf.get(contract.clientId);
    const owner = client === undefined ? undefined : personOf.get(client.ownerId);
    return exportRow(run.t, contract, client, owner, renewalOf.get(`${contract._id}:${contract.term}`));
  });
}
