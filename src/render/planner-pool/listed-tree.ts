import { type TaskTree, unpackListing } from './messages.ts';

/** A file of a listing. */
export type ListedFile = ReturnType<typeof unpackListing>[number][1];

/** The files of a commit in their order, and which of them were read. */
export interface ListedTree {
  readonly revision: string;
  readonly files: readonly (readonly [path: string, file: ListedFile])[];
  /** The paths of files whose contents somebody asked for. */
  readonly read: Set<string>;
}

/** Lists a tree that came with a task. */
export function listedTree({ revision, listing }: TaskTree): ListedTree {
  return { revision, files: unpackListing(listing), read: new Set() };
}
