import { DefaultFailureConverter } from '@temporalio/common';

/**
 * Messages and stack traces of failures go through the codec as well: they quote names and addresses.
 * Loaded by its path, by clients and workers, and bundled into the workflow sandbox.
 */
export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true });
