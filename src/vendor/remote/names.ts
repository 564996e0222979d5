import { Failure } from '../../failure.ts';

/** Names that git obeys wherever they lie in a checkout. A directory `.git` can name programs, which git then runs. */
const obeyed: ReadonlySet<string> = new Set(['.git', '.gitmodules', 'git~1']);
/** What file systems pass over in a name: git's own list (utf8.c, `next_hfs_char`). */
const passedOver = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;

/**
 * Checks the path of a file that is copied from another repository. Throws `Failure` Refused where git would obey one of its
 * parts: whoever serves a repository may put into a tree what git itself would not.
 */
export function checkCopiedPath(path: string): void {
  const bad = path.split(/[/\\]/).find((part) => isObeyed(part));
  if (bad === undefined) return;
  throw new Failure(
    'Refused',
    `${JSON.stringify(path)}: git would obey what is called ${JSON.stringify(bad)}, and a base has no business with such a name. It is not copied.`,
  );
}

/** Compares as the file systems of Windows and macOS do: without case, ends, streams, and what is not seen. */
function isObeyed(part: string): boolean {
  const [name = ''] = part.replace(passedOver, '').split(':');
  return obeyed.has(name.replace(/[ .]+$/, '').toLowerCase());
}
