import { randomUUID } from 'node:crypto';
import { Failure } from '../../failure.ts';
import { blobId } from '../blob-id.ts';
import { checkPath, checkSha } from '../names.ts';
import type { Git } from '../process/commands.ts';
import type { NewCommit, Person, Sha } from '../repository.ts';

/** A commit without `parent` is the first of its history. */
export type CommitToWrite = Omit<NewCommit, 'parent'> & {
  readonly parent: Sha | undefined;
  /** Default: the author. */
  readonly committer?: Person;
};

/**
 * Writes a commit with `git fast-import`: no work tree, no index, and only the changed trees are written.
 * Changed and new files are plain files (mode 100644). The commit has no ref; nothing in the mirror prunes.
 */
export async function writeCommit(git: Git, commit: CommitToWrite): Promise<Sha> {
  const ref = `refs/fairlead/building/${randomUUID()}`;
  const { stdout } = await git.plumb(['fast-import', '--quiet', '--done'], fastImportStream(commit, ref));
  const sha = checkSha(stdout.toString('utf8').trim());
  git.caches.present.set(sha, true);
  rememberContents(git, commit);
  return sha;
}

/** Of more files than these it takes longer to tell their ids than to read those of them that are asked for. */
const mostRemembered = 200;

/** Remembers what a commit has written: whoever looks at it next need not ask git. */
function rememberContents({ caches: { blobs } }: Git, { changes }: CommitToWrite): void {
  if (changes.size > mostRemembered) return;
  for (const content of changes.values()) {
    if (content === null) continue;
    const bytes = Buffer.from(content);
    blobs.set(blobId(bytes), bytes);
  }
}

/**
 * Writes the commit in the language of git-fast-import(1). Pure. Files that go come before those that come, so that a
 * file may take the place of a directory and the other way round. Throws `Failure` `InvalidInput` for paths, names and
 * dates that no commit can hold.
 */
export function fastImportStream(
  { parent, changes, message, person, committer = person }: CommitToWrite,
  ref: string,
): Buffer {
  const paths = [...changes.keys()].map(checkPath).sort();
  const parts: (string | Buffer)[] = [];
  const pushData = (content: Buffer) => parts.push(`data ${content.length}\n`, content, '\n');

  parts.push(`commit ${ref}\nmark :1\n`);
  parts.push(`author ${signatureLine(person)}\ncommitter ${signatureLine(committer)}\n`);
  pushData(Buffer.from(message.endsWith('\n') ? message : `${message}\n`, 'utf8'));
  if (parent !== undefined) parts.push(`from ${checkSha(parent)}\n`);
  for (const path of paths) {
    if (changes.get(path) === null) parts.push(`D ${quotedPath(path)}\n`);
  }
  for (const path of paths) {
    const content = changes.get(path);
    if (content === null || content === undefined) continue;
    parts.push(`M 100644 inline ${quotedPath(path)}\n`);
    pushData(Buffer.from(content));
  }
  // The reset removes the ref again: the commit stays, and there is nothing to clean up.
  parts.push(`\nreset ${ref}\nfrom ${'0'.repeat(40)}\n\nget-mark :1\ndone\n`);
  return Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'utf8') : part)));
}

function signatureLine({ name, email, date }: Person): string {
  const seconds = Math.floor(Date.parse(date) / 1000);
  if (!Number.isFinite(seconds) || seconds < 0) {
    throw new Failure(
      'InvalidInput',
      `${JSON.stringify(date)} is not the date of a commit. Give ISO 8601, after 1970.`,
    );
  }
  for (const text of [name, email]) {
    if (!/[<>\p{Cc}]/u.test(text)) continue;
    throw new Failure(
      'InvalidInput',
      `${JSON.stringify(text)} cannot stand in a commit. Leave out < > and line breaks.`,
    );
  }
  return `${name} <${email}> ${seconds} +0000`;
}

function quotedPath(path: string): string {
  return `"${path.replace(/["\\]/g, '\\$&')}"`;
}
