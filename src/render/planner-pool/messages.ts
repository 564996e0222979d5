import type { PlatformInputs } from '../platform.ts';
import type { SourceFile } from '../types.ts';

/** A commit's files without their contents. */
export interface TaskTree {
  readonly revision: string;
  readonly listing: Uint8Array;
}

/** An order to plan, as a process gets it. */
export interface PlanTask {
  readonly inputs: Omit<PlatformInputs, 'main' | 'config' | 'otherMains'>;
  readonly main: TaskTree;
  readonly config: TaskTree;
  readonly otherMains: readonly { readonly what: string; readonly tree: TaskTree }[];
}

/** Writes a listing as bytes. */
export function packListing(files: ReadonlyMap<string, SourceFile>): Uint8Array {
  const lines = [...files].map(([path, { mode, oid, size = 0 }]) => `${mode} ${oid} ${size} ${path}\0`);
  return Buffer.from(lines.join(''));
}

/** Reads a listing, in its order. */
export function unpackListing(
  listing: Uint8Array,
): readonly (readonly [string, Required<Omit<SourceFile, 'content'>>])[] {
  const lines = Buffer.from(listing.buffer, listing.byteOffset, listing.length).toString('utf8').split('\0');
  return lines.slice(0, -1).map((line) => {
    const [mode = '', oid = '', size = ''] = line.split(' ', 3);
    const path = line.slice(mode.length + oid.length + size.length + 3);
    return [path, { mode: mode as SourceFile['mode'], oid, size: Number(size) }];
  });
}
