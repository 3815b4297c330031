import { civilDate, toEpochDay } from '../../domain/time/index.ts';

const MS_PER_DAY = 86_400_000;

/** Midnight UTC of a `YYYY-MM-DD`, in ms: how a workbook's writer takes a date without a time. */
export const epochMs = (date: string): number => toEpochDay(civilDate(date)) * MS_PER_DAY;
