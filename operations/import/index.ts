export { CONTRACT_FIELDS, TEAM_FIELDS } from './fields.ts';
export type { ContractField, TeamField } from './fields.ts';
export type { ColumnMapping, ImportKind, Mapping, MappingOverrides } from './headers.ts';
export { fieldsOf } from './headers.ts';
export { importFile } from './import-file.ts';
export type { ImportOptions, ImportProgress, ImportReport } from './import-file.ts';
export type {
  ApplyResult,
  FieldChange,
  ImportStore,
  RecordStore,
  RowAction,
  StoredContract,
  StoredPerson,
  TeamAction,
  TeamStore,
} from './plan.ts';
export type { OpenOptions } from './read/open-table.ts';
export type { ImportInput } from './read/source.ts';
export { clientKey, sameKey } from './rows/values.ts';
export type { ContactValues, ContractRow, ContractValues, TeamRow, TeamValues } from './rows/values.ts';
export { sampleContracts, sampleTeam } from './sample.ts';
export type { SampleContract, SampleOptions } from './sample.ts';
export {
  SAMPLE_FAULTS,
  sampleContractsFile,
  sampleTeamFile,
  sampleWorkbook,
  workbookContracts,
} from './sample-files.ts';
export type { ImportSettings } from './settings.ts';
export type { ChangePreview } from './store-rows.ts';
