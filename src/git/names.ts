import { Failure } from '../failure.ts';
import type { Sha } from './repository.ts';

const shaPattern = /^[0-9a-f]{40}$/;

/** Answers whether the text is a full, lower-case object id. */
export function isSha(text: string): boolean {
  return shaPattern.test(text);
}

/** Gives the id back, or throws `Failure` `InvalidInput` when it is not 40 lower-case hexadecimal digits. */
export function checkSha(sha: string): Sha {
  if (isSha(sha)) return sha;
  throw new Failure(
    'InvalidInput',
    `${JSON.stringify(sha)} is not a full commit id. Give all 40 hexadecimal digits, in lower case.`,
  );
}

/**
 * Gives the name of a branch or tag back, or throws `Failure` `InvalidInput`. The rules are git's own
 * (git-check-ref-format) and, narrower, no characters that a shell would act upon.
 */
export function checkRef(ref: string): string {
  const problem = refProblem(ref);
  if (problem === undefined) return ref;
  throw new Failure(
    'InvalidInput',
    `The ref ${JSON.stringify(ref)} ${problem}. Use a branch or tag name of letters, digits and . _ - / + = , # % @.`,
  );
}

/**
 * Checks a revision from outside: a full id, which comes back in lower case, or the name of a branch, tag or ref, or a
 * prefix. Throws `Failure` `InvalidInput` for what git would have to compute (`main~2`, `HEAD@{1}`), and for what
 * `checkRef` refuses.
 */
export function checkRevision(revision: string): string {
  return /^[0-9a-fA-F]{40}$/.test(revision) ? revision.toLowerCase() : checkRef(revision);
}

function refProblem(ref: string): string | undefined {
  if (ref === '') return 'is empty';
  if (ref.length > 200) return 'is longer than 200 characters';
  if (ref.startsWith('-')) return 'begins with a dash';
  if (/\p{Cc}/u.test(ref)) return 'contains control characters';
  if (/\s/.test(ref)) return 'contains spaces';
  if (ref.includes('..')) return 'contains ".."';
  if (ref === '@' || ref.includes('@{')) return 'contains "@{" or is "@"';
  if (!/^[\p{L}\p{N}\p{M}._/+=,#%@-]+$/u.test(ref)) return 'contains characters that are not allowed';
  if (ref.endsWith('.')) return 'ends with a dot';
  const segments = ref.split('/');
  if (segments.some((segment) => segment === '')) return 'has an empty part between slashes';
  if (segments.some((segment) => segment.startsWith('.'))) return 'has a part that begins with a dot';
  if (segments.some((segment) => segment.endsWith('.lock'))) return 'has a part that ends with ".lock"';
  return undefined;
}

/** Gives the path of a file in a tree back, or throws `Failure` `InvalidInput` where git could not hold it. */
export function checkPath(path: string): string {
  const bad =
    path === '' ||
    /\p{Cc}/u.test(path) ||
    path.split('/').some((part) => part === '' || part === '.' || part === '..' || part.toLowerCase() === '.git');
  if (!bad) return path;
  throw new Failure(
    'InvalidInput',
    `${JSON.stringify(path)} cannot be the path of a file in a repository. ` +
      'Give a path relative to its root, without empty, ".", ".." and ".git" parts and without control characters.',
  );
}
