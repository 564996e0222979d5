import type { MessagePort } from 'node:worker_threads';
import type { ChangedBranch } from '../../diff/view/describe.ts';
import type { SettingsFile } from '../../platform/settings-parser.ts';
import type { PackedContents } from '../../threads/messages.ts';
import type { PlatformInputs } from '../platform.ts';
import type { SourceFile } from '../types.ts';

/** A commit's files without their contents, as bytes that threads share. */
export interface SharedTree {
  readonly revision: string;
  readonly listing: SharedArrayBuffer;
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
