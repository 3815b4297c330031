import { z } from 'zod';

/** What an error looks like on the wire (RFC 9457). */
export const problemShape = z
  .strictObject({
    type: z.string().meta({ description: 'Where the code is explained' }),
    title: z.string().meta({ description: 'What happened, in the caller’s language' }),
    status: z.int(),
    detail: z.string().meta({ description: 'What to do about it' }),
    code: z.string().meta({ description: 'Never changes; programs look at this one' }),
    requestId: z.string(),
    errors: z
      .array(
        z.strictObject({
          code: z.string(),
          what: z.string(),
          fix: z.string(),
          params: z
            .record(z.string(), z.union([z.string(), z.number()]))
            .meta({ description: 'The values in both texts, as they are before they are put into words' }),
          field: z
            .string()
            .optional()
            .meta({ description: 'Dotted path in the body; `?name` in the query; or the name of a header' }),
          line: z.int().optional(),
          column: z.int().optional(),
        }),
      )
      .meta({ description: 'Everything that is wrong, at most 50; the first is the document’s own' }),
  })
  .meta({ id: 'Problem' });
