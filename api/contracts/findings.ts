import { z } from 'zod';

/** One thing that is wrong or doubtful in a text or table that was sent, in the caller's language. */
export const finding = z
  .strictObject({
    code: z.string().meta({ description: 'Never changes; programs look at this one' }),
    severity: z.enum(['error', 'warning']),
    what: z.string(),
    where: z.string().meta({ description: 'The place in words; empty where none is known' }),
    fix: z.string().meta({ description: 'What to do about it' }),
    place: z
      .strictObject({
        file: z.string().optional(),
        sheet: z.string().optional(),
        row: z.int().optional(),
        line: z.int().optional(),
        column: z.int().optional(),
        field: z.string().optional().meta({ description: 'Header of the column, or dotted path of the field' }),
      })
      .optional(),
  })
  .meta({ id: 'Finding' });
