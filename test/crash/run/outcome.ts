import { shortSha } from '../../../src/short-names.ts';
import type { SmallPlatform } from '../../promotions/support/platform.ts';
import { storyEnvironments } from './story.ts';

/** What a run leaves behind, in words that are the same in every run: no ids, no times, no addresses. */
export interface Outcome {
  /** The files of each commit on each branch of the GitOps repository. */
  readonly trees: readonly string[];
  readonly requests: readonly string[];
  /** The lines of the record. */
  readonly record: readonly string[];
  readonly branches: readonly string[];
}

/** Reads what a run has left. Throws where the record has a line twice. */
export async function outcomeOf(platform: SmallPlatform): Promise<Outcome> {
  const { gitops, names } = platform;
  const requests = await platform.requests();
  const plain = plainWords(
    platform,
    requests.map(({ mergeCommit = '' }) => mergeCommit),
  );
  const lines = linesOf(gitops.git(['for-each-ref', '--format=%(refname)', 'refs/notes'])).flatMap((ref) =>
    linesOf(gitops.git(['ls-tree', '-r', '--name-only', ref])).flatMap((path) =>
      linesOf(gitops.git(['show', `${ref}:${path}`])).map((line) => `${ref} ${path.replaceAll('/', '')} ${line}`),
    ),
  );
  const twice = lines.filter((line, index) => lines.indexOf(line) !== index);
  if (twice.length > 0) throw new Error(`the record of ${names.gitops} has lines twice: ${twice.join('\n')}`);
  return {
    trees: storyEnvironments.flatMap(({ name }) =>
      linesOf(gitops.git(['rev-list', '--reverse', '--first-parent', name])).map((commit) =>
        plain(`${name}: ${filesAt(platform, commit)}`),
      ),
    ),
    requests: requests.map(({ number, state, base, title, labels, comments, endedBy }) =>
      plain(JSON.stringify({ number, state, base, title, labels, comments, endedBy })),
    ),
    record: lines.map((line) => plain(line.replace(/"(time|until)":"[^"]*"/g, '"$1":"T"'))).sort(),
    branches: linesOf(gitops.git(['for-each-ref', '--format=%(refname)', 'refs/heads'])).map(plain),
  };
}

/** Says how two outcomes differ; undefined: they do not. */
export function difference(expected: Outcome, found: Outcome): string | undefined {
  const parts = ['trees', 'requests', 'record', 'branches'] as const;
  const differing = parts.filter((part) => JSON.stringify(expected[part]) !== JSON.stringify(found[part]));
  if (differing.length === 0) return undefined;
  return differing
    .map((part) => {
      const missing = expected[part].filter((each) => !found[part].includes(each));
      const added = found[part].filter((each) => !expected[part].includes(each));
      const counts = `${expected[part].length} expected, ${found[part].length} found`;
      return `${part} (${counts}): missing ${JSON.stringify(missing, null, 1)}, added ${JSON.stringify(added, null, 1)}`;
    })
    .join('\n');
}

function filesAt({ gitops }: SmallPlatform, commit: string): string {
  return linesOf(gitops.git(['ls-tree', '-r', commit]))
    .map((entry) => {
      const [, mode, sha, path] = /^(\d+) \w+ (\w+)\t(.*)$/.exec(entry) ?? [];
      return `${mode} ${path}\n${gitops.git(['cat-file', 'blob', sha ?? ''])}`;
    })
    .join('\n');
}

function plainWords({ source, gitops, forge, names, firstCommit }: SmallPlatform, merges: readonly string[]) {
  const known = new Map([[firstCommit, 'main']]);
  for (const { name } of storyEnvironments) {
    for (const [index, sha] of linesOf(source.git(['rev-list', '--reverse', name])).entries())
      known.set(sha, `config-${name}-${index}`);
    for (const [index, sha] of linesOf(gitops.git(['rev-list', '--reverse', '--first-parent', name])).entries())
      known.set(sha, `${name}-${index}`);
  }
  for (const [index, sha] of merges.entries()) known.set(sha, `merge-${index}`);
  return (text: string): string => {
    let plain = text;
    for (const [sha, word] of known)
      for (const id of [sha, shortSha(sha)]) if (id !== '') plain = plain.replaceAll(id, word);
    return plain.replaceAll(names.source, 'SOURCE').replaceAll(names.gitops, 'GITOPS').replaceAll(forge.host, 'HOST');
  };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
