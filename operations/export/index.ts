export { EXPORT_COLUMNS } from './contract-row.ts';
export { contractRows } from './contract-rows.ts';
export { ErrorsFile } from './errors-file.ts';
export { escapeFormula } from './formula.ts';
export { writeTable } from './table-file.ts';
export type { OutColumn, OutValue, TableFormat, TableToWrite, WrittenFile } from './table-file.ts';
