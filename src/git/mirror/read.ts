import { limits } from '../../platform/limits.ts';
import type { Commands } from '../process/commands.ts';
import type { CommitInfo, Person, Sha, TreeFile } from '../repository.ts';
import { MissingObject } from './mirror.ts';

/**
 * Lists the files of a whole commit, or those at one path, in git's order. Throws `MissingObject` for one that is gone.
 */
export async function listTree(git: Commands, commit: Sha, path?: string): Promise<ReadonlyMap<string, TreeFile>> {
  const command = ['ls-tree', '--full-tree', '-z', '-l'];
  // Directories are listed, too (-t): there may be very many without a file, and what is listed has a bound.
  const args = [...command, ...(path === undefined ? ['-r', '-t', commit] : [commit, '--', path])];
  const listing = await git.text(args, limits.listingBytes);
  return new Map(
    listing
      .split('\0')
      .filter(Boolean)
      .flatMap((line) => treeEntry(line)),
  );
}

function treeEntry(line: string): readonly (readonly [string, TreeFile])[] {
  // <mode> SP <type> SP <object> SP+ <size> TAB <path>
  const tab = line.indexOf('\t');
  const [mode = '', type = '', oid = '', size = ''] = line.slice(0, tab).split(/ +/);
  if (type === 'tree') return [];
  // ls-tree prints this for an object that it cannot find.
  if (size === 'BAD') throw new MissingObject(`The object ${oid}`);
  const file = { mode: fileMode(mode), oid, size: size === '-' ? 0 : Number(size) };
  return [[line.slice(tab + 1), file]];
}

function fileMode(mode: string): TreeFile['mode'] {
  // Trees of old tools may hold 100664; git itself takes it for 100644.
  return mode === '100755' || mode === '120000' || mode === '160000' ? mode : '100644';
}

/**
 * Finds the regular file at one path in many commits, with one process. A commit that has none, or something else there, is
 * left out; `listTree` tells what it is.
 */
export async function findFiles(
  git: Commands,
  commits: readonly Sha[],
  path: string,
): Promise<ReadonlyMap<Sha, TreeFile>> {
  if (commits.length === 0) return new Map();
  const names = commits.map((commit) => `${commit}:${path}\n`).join('');
  const { stdout } = await git.plumb(['cat-file', '--batch-check=%(objectname) %(objecttype) %(objectsize)'], names);
  const lines = stdout.toString('utf8').split('\n');
  return new Map(
    commits.flatMap((commit, index) => {
      const [oid = '', type, size] = (lines[index] ?? '').split(' ');
      return type === 'blob' ? [[commit, { mode: '100644', oid, size: Number(size) }] as const] : [];
    }),
  );
}

/** Reads the contents of many objects with one process. Throws `MissingObject` for one that is gone. */
export async function readObjects(git: Commands, oids: readonly Sha[]): Promise<ReadonlyMap<Sha, Buffer>> {
  if (oids.length === 0) return new Map();
  const { stdout } = await git.plumb(['cat-file', '--batch'], `${oids.join('\n')}\n`);
  const contents = new Map<Sha, Buffer>();
  let at = 0;
  for (const oid of oids) {
    // <oid> SP <type> SP <size> LF <contents> LF
    const end = stdout.indexOf(0x0a, at);
    const [, type, size] = stdout.toString('utf8', at, end).split(' ');
    if (size === undefined || type === undefined) throw new MissingObject(`The object ${oid}`);
    const next = end + 1 + Number(size);
    contents.set(oid, stdout.subarray(end + 1, next));
    at = next + 1;
  }
  return contents;
}

const fields = ['%H', '%P', '%T', '%s', '%an', '%ae', '%at', '%cn', '%ce', '%ct'];

/** Reads the commits that `git log` lists for these arguments. */
export async function readLog(git: Commands, args: readonly string[]): Promise<readonly CommitInfo[]> {
  const format = `--format=tformat:${fields.join('%x00')}`;
  const { stdout } = await git.plumb(['log', '-z', '--no-show-signature', '--encoding=UTF-8', format, ...args]);
  const values = fieldsIn(stdout);
  const commits: CommitInfo[] = [];
  for (let at = 0; at + fields.length <= values.length; at += fields.length) {
    commits.push(commitInfo(values.slice(at, at + fields.length)));
  }
  return commits;
}

/** An octopus has a few; a commit that is made by hand may have any number. */
export const mostParents = 1_000;
/** What is kept of one field: whoever commits may write a subject or a name of 100 MB, and it is remembered. */
const mostFieldBytes = mostParents * 41;

/** Reads what ends with NUL. Each text is cut from the bytes: a part of a string would keep the whole of it in memory. */
function fieldsIn(printed: Buffer): readonly string[] {
  const values: string[] = [];
  for (let at = 0, end = printed.indexOf(0); end >= 0; at = end + 1, end = printed.indexOf(0, at))
    values.push(printed.toString('utf8', at, Math.min(end, at + mostFieldBytes)));
  return values;
}

function commitInfo(values: readonly string[]): CommitInfo {
  const [sha = '', parents = '', tree = '', subject = '', ...people] = values;
  return {
    sha,
    parents: parents.split(' ', mostParents).filter(Boolean),
    tree,
    subject: subject.slice(0, limits.answerTextBytes),
    author: readPerson(people.slice(0, 3)),
    committer: readPerson(people.slice(3, 6)),
  };
}

/** The last second of the years with four digits. */
const latestSecond = 253_402_300_799;

function readPerson([name = '', email = '', seconds = '']: readonly string[]): Person {
  const shortened = (text: string) => text.slice(0, longestName);
  // git keeps whatever number somebody writes, and not every one is a time.
  const date = new Date(Math.min(Number(seconds) || 0, latestSecond) * 1000).toISOString();
  return { name: shortened(name), email: shortened(email), date };
}

const longestName = 500;
