import { access } from 'node:fs/promises';
import { Failure } from '../../failure.ts';
import type { RepositoryUrl } from '../../platform/repository/repository-url.ts';

/** Matches git's words when it leaves something out because the other side is shallow. */
export const shallowWords = /shallow roots are not allowed to be updated|shallow update not allowed/i;

/**
 * Answers whether the repository is a shallow clone on this machine. git would take what there is of one, and ancestry
 * would be wrong ever after.
 */
export async function isShallow(url: RepositoryUrl): Promise<boolean> {
  if (url.kind !== 'local') return false;
  const marks = [`${url.href}/shallow`, `${url.href}/.git/shallow`];
  const found = await Promise.all(
    marks.map((mark) =>
      access(mark).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.includes(true);
}

/** Makes the failure of a shallow clone, which says how to complete it. */
export function shallowFailure(url: RepositoryUrl): Failure {
  return new Failure(
    'InvalidInput',
    `${url.href} is a shallow clone, its history is cut off. Complete it with "git fetch --unshallow" ` +
      '(in CI: check out with full depth), or give the URL of the repository it was cloned from.',
  );
}
