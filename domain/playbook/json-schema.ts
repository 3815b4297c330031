import { ladderFormat, playbookFormat, savePlansFormat } from './parse/format.ts';
import type { JsonSchema } from './parse/kinds.ts';

/** JSON Schema (2020-12) of every document, made from the format the parser reads by; for editors. */
export function documentSchema(): JsonSchema {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Perennial playbook, approval ladder or save plans',
    anyOf: [{ $ref: '#/$defs/playbook' }, { $ref: '#/$defs/approvals' }, { $ref: '#/$defs/savePlans' }],
    $defs: {
      playbook: playbookFormat.schema,
      approvals: ladderFormat.schema,
      savePlans: savePlansFormat.schema,
    },
  };
}

/** The text of `playbooks/playbook.schema.json`. */
export function documentSchemaText(): string {
  return `${JSON.stringify(documentSchema(), null, 2)}\n`;
}
