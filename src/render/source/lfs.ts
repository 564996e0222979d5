import type { FileNode } from './nodes.ts';

/** A pointer has three short lines; Git LFS itself takes nothing larger for one. */
const mostBytes = 1_024;

/** Tells whether a file's content is kept in Git LFS: what the commit has in its place is a pointer to it. */
export function isLfsPointer({ size, content }: Pick<FileNode, 'size' | 'content'>): boolean {
  if (size > mostBytes || content === undefined) return false;
  const text = content.toString('latin1');
  return (
    /^version https:\/\/(?:git-lfs|hawser)\.github\.com\/spec\/v1\r?\n/.test(text) && /^oid [a-z0-9]+:/m.test(text)
  );
}

/** Says what is wrong with such a file and what to do, as a clause. */
export const lfsProblem =
  'it is kept in Git LFS, so that the commit has a pointer in place of its content, and Fairlead does not fetch that: ' +
  'commit the file itself (`git lfs untrack`, then `git add --renormalize`)';
