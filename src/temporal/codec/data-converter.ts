import { createRequire } from 'node:module';
import type { DataConverter } from '@temporalio/common';
import { createCodec } from './codec.ts';
import type { CodecKey } from './keys.ts';

const { resolve } = createRequire(import.meta.url);

/** Makes what a client reads and writes payloads with. */
export function clientConverter(keys: readonly CodecKey[]): DataConverter {
  return { payloadCodecs: [createCodec(keys)] };
}

/** Makes what a worker reads and writes payloads with; with a key, failures say nothing that can be read. */
export function workerConverter(keys: readonly CodecKey[]): DataConverter {
  const converter = clientConverter(keys);
  const failures = keys.length === 0 ? './fit-failures.cjs' : './hidden-failures.cjs';
  return { ...converter, failureConverterPath: resolve(failures) };
}
