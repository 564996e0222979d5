import { Failure } from '../../failure.ts';
import { isSha } from '../names.ts';
import type { Git } from '../process/commands.ts';
import type { Sha } from '../repository.ts';
import { fetchAllTips, fetchMissing } from './fetch.ts';
import { absentCommits, objectTypes } from './objects.ts';
import { listRemote } from './remote-refs.ts';

/**
 * Resolves a branch, tag, full id or unique prefix of at least 7 digits to a commit of the remote, which is in the
 * mirror afterwards. A name goes before a prefix, as in git. Throws `Failure` `InvalidInput` where a name is
 * a branch and a tag at once, or a prefix fits several commits. `name` has passed `checkRevision`.
 */
export async function resolveCommit(git: Git, name: string): Promise<Sha | undefined> {
  const sha = isSha(name) ? name : await namedObject(git, name);
  if (sha !== undefined) return await peelTag(git, sha);
  return /^[0-9a-fA-F]{7,39}$/.test(name) ? await resolvePrefix(git, name.toLowerCase()) : undefined;
}

async function namedObject(git: Git, name: string): Promise<Sha | undefined> {
  const candidates = name === 'HEAD' || name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`];
  const refs = await listRemote(
    git,
    candidates.flatMap((ref) => (ref.startsWith('refs/tags/') ? [ref, `${ref}^{}`] : [ref])),
  );
  const found = candidates.flatMap((ref) => refs.get(`${ref}^{}`) ?? refs.get(ref) ?? []);
  if (new Set(found).size > 1) {
    throw new Failure(
      'InvalidInput',
      `"${name}" is a branch and a tag of ${git.url.href}, at different commits. ` +
        `Say refs/heads/${name} or refs/tags/${name}.`,
    );
  }
  return found[0];
}

/** Answers the commit itself, or the one that an annotated tag leads to; undefined: the id names neither. */
async function peelTag(git: Git, sha: Sha): Promise<Sha | undefined> {
  const missing = await fetchMissing(git, [sha]);
  if (missing.length === 0) return sha;
  if ((await objectTypes(git, [sha])).get(sha) !== 'tag') return undefined;
  const { stdout, exitCode } = await git.plumb(
    ['rev-parse', '--verify', '--quiet', `${sha}^{commit}`],
    '',
    [0, 1, 128],
  );
  return exitCode === 0 ? stdout.toString('utf8').trim() : undefined;
}

async function resolvePrefix(git: Git, prefix: string): Promise<Sha | undefined> {
  const tips = await fetchAllTips(git);
  const objects = (await git.text(['rev-parse', `--disambiguate=${prefix}`])).split('\n').filter(Boolean);
  const strangers = new Set(await absentCommits(git, objects));
  const commits = objects.filter((sha) => !strangers.has(sha));
  const known: Sha[] = [];
  for (const sha of commits) if (await isReachable(git, sha, tips)) known.push(sha);
  if (known.length > 1) {
    throw new Failure(
      'InvalidInput',
      `"${prefix}" fits ${known.length} commits of ${git.url.href}: ${known.join(', ')}. Give more digits.`,
    );
  }
  return known[0];
}

/**
 * Answers whether a tip of the remote leads to the commit. The mirror may hold others: never pushed, or left behind.
 */
async function isReachable(git: Git, sha: Sha, tips: readonly Sha[]): Promise<boolean> {
  const input = `${sha}\n${tips.map((tip) => `^${tip}\n`).join('')}`;
  const { stdout } = await git.plumb(['rev-list', '--max-count=1', '--stdin'], input);
  return stdout.length === 0;
}
