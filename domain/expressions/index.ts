export type { ExpressionFault } from './check.ts';
export { cachedCondition, compileCondition, evaluate, holds, MAX_DEPTH, MAX_LENGTH } from './compile.ts';
export type { CompiledCondition, CompileResult } from './compile.ts';
export { FIELDS, SCOPES } from './fields.ts';
export type { FieldGroup, FieldSpec, FieldType, RuleValues, Scope } from './fields.ts';
export { nearNames } from './near-names.ts';
