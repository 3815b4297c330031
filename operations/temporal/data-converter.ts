import { fileURLToPath } from 'node:url';
import type { DataConverter } from '@temporalio/common';
import { createCodec } from './codec.ts';
import type { KeyRing } from './key-ring.ts';

/** The path of the failure converter, for `bundleWorkflowCode` too: the bundle must carry the same one. */
export const failureConverterPath = fileURLToPath(new URL('./failure-converter.ts', import.meta.url));

/** What client and worker must share to read each other: the codec, and failures that go through it. */
export function createDataConverter(ring: KeyRing): DataConverter {
  return { payloadCodecs: [createCodec(ring)], failureConverterPath };
}
