import { excerpt, PerennialError } from '../../domain/errors/index.ts';
import type { TableFormat } from '../../operations/export/index.ts';
import type { CommandSpec } from '../command-spec.ts';
import { writeBytes } from '../files.ts';

export const commands: readonly CommandSpec[] = [
  {
    path: 'export',
    where: 'here',
    options: [{ flags: '--out <file>' }],
    async run(run, input) {
      const out = input.text('out');
      const format = formatOf(out);
      await run.withContext(async (context) => {
        const { contractRows, EXPORT_COLUMNS, writeTable } = await import('../../operations/export/index.ts');
        const rows = await contractRows(context.db, run.t);
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
