import type { MessagePort } from 'node:worker_threads';
import { Failure, type FailureType } from '../failure.ts';

/** The id of what a thread asks for, such as a blob. */
type ContentId = string;

/** Contents by their ids, as bytes that are handed over whole. */
export interface PackedContents {
  readonly oids: readonly ContentId[];
  /** The offsets at which each of them ends. */
  readonly ends: readonly number[];
  readonly bytes: Uint8Array;
}

/** What a thread says while it works. */
export type ThreadMessage = { readonly kind: 'began' } | { readonly kind: 'read'; readonly oids: readonly ContentId[] };

/** The answer to `read`; `failed`: the contents cannot be had. */
export type ContentsMessage =
  | { readonly kind: 'contents'; readonly contents: PackedContents }
  | { readonly kind: 'failed' };

/** What a thread answers. */
export type ThreadAnswer<T> =
  | { readonly done: T }
  | { readonly failure: { readonly type: FailureType; readonly message: string } };

/** Packs contents into bytes that can be handed over. */
export function packContents(contents: ReadonlyMap<ContentId, Buffer>): PackedContents {
  const total = [...contents.values()].reduce((sum, { length }) => sum + length, 0);
  const bytes = new Uint8Array(total);
  const ends: number[] = [];
  let at = 0;
  for (const content of contents.values()) {
    bytes.set(content, at);
    at += content.length;
    ends.push(at);
  }
  return { oids: [...contents.keys()], ends, bytes };
}

/** Unpacks contents; they are parts of the same bytes. */
export function unpackContents({ oids, ends, bytes }: PackedContents): ReadonlyMap<ContentId, Buffer> {
  return new Map(
    oids.map((oid, index) => {
      const start = index === 0 ? 0 : (ends[index - 1] ?? 0);
      return [oid, Buffer.from(bytes.buffer, bytes.byteOffset + start, (ends[index] ?? start) - start)];
    }),
  );
}

/** Says, in a thread, that it has begun; answers what the work does, or its failure. */
export function answerOf<T>(port: MessagePort, work: () => T): ThreadAnswer<T> {
  port.postMessage({ kind: 'began' } satisfies ThreadMessage);
  try {
    return { done: work() };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { failure: { type: error.type, message: error.message } };
  } finally {
    port.close();
  }
}
