import { excerpt, problem } from '../../../domain/errors/index.ts';
import { ROLES } from '../../../domain/people/types.ts';
import type { Role } from '../../../domain/people/types.ts';
import type { TeamField } from '../fields.ts';
import type { RawRow } from '../table.ts';
import { readEmail } from './contacts.ts';
import type { ReadRow, RowContext } from './contract-row.ts';
import { RowCells, wordKey } from './row-cells.ts';
import type { TeamRow, TeamValues } from './values.ts';
import { LANGUAGES, ROLE_WORDS } from './words.ts';
import { readZone } from './zone.ts';

/** Reads one row of a team table. Whether the manager exists is known only once all rows are read. */
export function readTeamRow(raw: RawRow, context: RowContext): ReadRow<TeamRow> {
  const cells = new RowCells<TeamField>(context.columns, raw);
  const name = cells.required('name', 100);
  const email = readEmail(cells, 'email');
  if (email === undefined && !cells.isWrong('email')) {
    cells.fail('email', problem('field.missing', { field: cells.label('email') }));
  }
  const roles = readRoles(cells);
  const manager = readEmail(cells, 'manager');
  const locale = cells.choice('locale', LANGUAGES, 'zh-CN 中文, en English');
  const zone = readZone(cells, 'zone');
  if (cells.failed || name === undefined || email === undefined) {
    return email === undefined ? { problems: cells.problems } : { key: email, problems: cells.problems };
  }
  const values: TeamValues = {
    email,
    name,
    roles,
    ...(manager === undefined ? {} : { manager }),
    locale: locale ?? context.locale,
    zone: zone ?? context.settings.zone,
  };
  const given: (keyof TeamValues)[] = ['email', 'name', 'roles'];
  if (manager !== undefined) given.push('manager');
  if (locale !== undefined) given.push('locale');
  if (zone !== undefined) given.push('zone');
  return { value: { row: raw.row, values, given }, key: email, problems: cells.problems };
}

function readRoles(cells: RowCells<TeamField>): readonly Role[] {
  const text = cells.required('roles', 200);
  if (text === undefined) return [];
  const roles = new Set<Role>();
  for (const word of text.split(/[,;\uff0c\uff1b、/|+]/)) {
    const role = ROLE_WORDS.get(wordKey(word));
    if (role === undefined) {
      const choices = ROLES.map((one) => `@choice.role.${one}`).join(', ');
      cells.fail('roles', problem('field.choice', { value: excerpt(text), field: cells.label('roles'), choices }));
      return [];
    }
    roles.add(role);
  }
  return [...roles];
}
