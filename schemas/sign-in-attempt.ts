import { Schema } from 'mongoose';
import type { Instant } from '../domain/time/types.ts';
import { inCollection, number, text } from './fields.ts';

/**
 * Attempts to sign in that failed, counted by digests of who was tried and from where: the same for people we know and
 * for those we don't. Kept for a day.
 */
export interface SignInAttemptDoc {
  readonly _id: string;
  readonly failures: number;
  readonly lastAt: Instant;
}

export const signInAttemptSchema = new Schema<SignInAttemptDoc>(
  { _id: text, failures: number, lastAt: text },
  inCollection('signInAttempts'),
);
signInAttemptSchema.index({ lastAt: 1 }, { name: 'by_time' });
