import type { MessagePort } from 'node:worker_threads';
import type { ChangedBranch } from '../../diff/view/describe.ts';
import type { FailureType } from '../../failure.ts';
import type { SettingsFile } from '../../platform/settings-parser.ts';
import type { PlatformInputs } from '../platform.ts';
import type { SourceFile } from '../types.ts';

/** A commit's files without their contents, as bytes that threads share. */
export interface SharedTree {
  readonly revision: string;
  readonly listing: SharedArrayBuffer;
}

/** Contents by their ids, as bytes that are handed over whole. */
export interface PackedContents {
  readonly oids: readonly string[];
  /** The offsets at which each of them ends. */
  readonly ends: readonly number[];
  readonly bytes: Uint8Array;
}

/** An order to plan, as a thread gets it. */
export interface PlanTask {
  readonly inputs: Omit<PlatformInputs, 'main' | 'config' | 'otherMains'>;
  readonly main: SharedTree;
  readonly config: SharedTree;
  readonly otherMains: readonly { readonly what: string; readonly tree: SharedTree }[];
  /** The way to ask for contents. */
  readonly port: MessagePort;
  /** The thread sleeps on it until it has an answer. */
  readonly bell: SharedArrayBuffer;
}

/** What a thread says while it plans. */
export type ThreadMessage = { readonly kind: 'began' } | { readonly kind: 'read'; readonly oids: readonly string[] };

/** The answer to `read`; `failed`: the contents cannot be had. */
export type ContentsMessage =
  | { readonly kind: 'contents'; readonly contents: PackedContents }
  | { readonly kind: 'failed' };

/** A file of settings to parse, as a thread gets it. */
export interface SettingsTask {
  readonly file: SettingsFile;
  readonly port: MessagePort;
}

/** Changes of a branch to describe, as a thread gets them. */
export interface DescribeTask extends Omit<ChangedBranch, 'contents'> {
  readonly contents: PackedContents;
  readonly port: MessagePort;
}

/** What a thread answers. */
export type ThreadAnswer<T> =
  | { readonly done: T }
  | { readonly failure: { readonly type: FailureType; readonly message: string } };

/** Packs contents into bytes that can be handed over. */
export function packContents(contents: ReadonlyMap<string, Buffer>): PackedContents {
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
export function unpackContents({ oids, ends, bytes }: PackedContents): ReadonlyMap<string, Buffer> {
  return new Map(
    oids.map((oid, index) => {
      const start = index === 0 ? 0 : (ends[index - 1] ?? 0);
      return [oid, Buffer.from(bytes.buffer, bytes.byteOffset + start, (ends[index] ?? start) - start)];
    }),
  );
}

/** Writes a listing into bytes that threads share. */
export function packListing(files: ReadonlyMap<string, SourceFile>): SharedArrayBuffer {
  const lines = [...files].map(([path, { mode, oid, size = 0 }]) => `${mode} ${oid} ${size} ${path}\0`);
  const text = Buffer.from(lines.join(''));
  const shared = new SharedArrayBuffer(text.length);
  new Uint8Array(shared).set(text);
  return shared;
}

/** Reads a listing, in its order. */
export function unpackListing(
  listing: SharedArrayBuffer,
): readonly (readonly [string, Required<Omit<SourceFile, 'content'>>])[] {
  const lines = Buffer.from(new Uint8Array(listing)).toString('utf8').split('\0');
  return lines.slice(0, -1).map((line) => {
    const [mode = '', oid = '', size = ''] = line.split(' ', 3);
    const path = line.slice(mode.length + oid.length + size.length + 3);
    return [path, { mode: mode as SourceFile['mode'], oid, size: Number(size) }];
  });
}
