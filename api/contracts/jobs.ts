import { z } from 'zod';
import { JOB_STATES } from '../../operations/jobs/read.ts';
import { instant } from './shapes.ts';

/** Work that takes longer than a request, as everybody is shown it who may see it. */
export const job = z
  .strictObject({
    id: z.string(),
    kind: z.string(),
    state: z.enum(JOB_STATES),
    done: z.int(),
    /** Null while nobody knows. */
    total: z.int().nullable(),
    createdAt: instant,
    finishedAt: instant.nullable(),
    /** Why it failed, in the caller's language. */
    problem: z.strictObject({ code: z.string(), what: z.string(), fix: z.string() }).nullable(),
    result: z.record(z.string(), z.unknown()).nullable(),
  })
  .meta({ id: 'Job' });
