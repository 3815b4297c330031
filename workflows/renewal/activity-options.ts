import type { ActivityOptions, LocalActivityOptions } from '@temporalio/workflow';

/**
 * Looking and noting down are a few milliseconds of MongoDB. They are tried for as long as it takes: while
 * MongoDB is away a renewal waits, and nothing is lost. Pauses of more than a few seconds become timers of the
 * workflow. Waiting inside its task would cost three events every eight seconds and, after two days, the server
 * would end the renewal for the size of its history; with timers it takes a month and a half.
 */
export const bookkeeping: LocalActivityOptions = {
  startToCloseTimeout: '20s',
  localRetryThreshold: '3s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2, maximumInterval: '10m' },
};

/** Starting another workflow: safe twice, tried until the server takes it. */
export const starting: ActivityOptions = {
  startToCloseTimeout: '30s',
  retry: { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '1m' },
};
