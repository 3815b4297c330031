export { rightsOf } from './ability.ts';
export type { Filter, Rights } from './ability.ts';
export { rulesOf } from './rules.ts';
export { ACTIONS, OFFICE_ROLES, SUBJECTS } from './types.ts';
export type { AccessRole, Action, Holder, Permission, Rule, Subject } from './types.ts';
