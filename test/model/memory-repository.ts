import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { mergeTree } from '../../demo/forge/git/compare.ts';
import { mergeBy } from '../../demo/forge/git/merge-methods.ts';
import { branchHead, git, tryGit } from '../../demo/forge/git/run.ts';
import type { MergeMethod } from '../../demo/forge/model.ts';
import type { Sha } from '../../src/git/repository.ts';
import { CommitGraph } from './commit-graph.ts';

export interface Merge {
  readonly base: Sha;
  readonly head: Sha;
  readonly subject: string;
  readonly body: string;
  readonly person: string;
}

export interface Reversal {
  /** What stands on the branch. */
  readonly tip: Sha;
  /** What is taken back: all from `before` to this commit. */
  readonly commit: Sha;
  readonly before: Sha;
  readonly person: string;
}

/**
 * The bare repository below a forge. To look starts no git as long as the objects are loose; a merge starts two,
 * and one more where the base has moved.
 */
export class MemoryRepository {
  readonly #directory: string;
  readonly #graph: CommitGraph;
  /** By base and head; undefined: they conflict. */
  readonly #mergedTrees = new Map<string, Sha | undefined>();

  constructor(directory: string) {
    this.#directory = directory;
    this.#graph = new CommitGraph(directory);
  }

  async head(branch: string): Promise<Sha | undefined> {
    try {
      // At once, because every call asks for it: to wait for another thread takes ten times as long.
      return readFileSync(join(this.#directory, 'refs', 'heads', branch), 'utf8').trim();
    } catch {
      return branchHead(this.#directory, branch);
    }
  }

  contains(descendant: Sha, ancestor: Sha): Promise<boolean> {
    return this.#graph.contains(descendant, ancestor);
  }

  haveCommonHistory(one: Sha, other: Sha): Promise<boolean> {
    return this.#graph.haveCommonHistory(one, other);
  }

  async firstParent(sha: Sha): Promise<Sha | undefined> {
    return (await this.#graph.commit(sha)).parents[0];
  }

  /** The commit that merging makes, on no branch yet; undefined where base and head conflict. */
  async merge(method: MergeMethod, { person, ...merge }: Merge): Promise<Sha | undefined> {
    const tree = await this.#mergedTree(merge.base, merge.head);
    if (tree === undefined) return undefined;
    const author = { name: person, email: emailOf(person) };
    return mergeBy(method, { ...merge, tree, author, directory: this.#directory, date: new Date().toISOString() });
  }

  /** The commit that takes back what a merge brought, on no branch yet; undefined where later commits conflict. */
  async revert({ tip, commit, before, person }: Reversal): Promise<Sha | undefined> {
    const { tree } = await this.#graph.commit(before);
    const undone = await this.#commitTree(tree, commit, person);
    if (tip === commit) return undone;
    // As if it had been undone at once and were merged now.
    const merged = await mergeTree(this.#directory, tip, undone);
    return merged === undefined ? undefined : this.#commitTree(merged, tip, person);
  }

  /** False where somebody else moved the branch meanwhile. */
  async move(branch: string, from: Sha, to: Sha): Promise<boolean> {
    const { code, stderr } = await tryGit(this.#directory, ['update-ref', `refs/heads/${branch}`, to, from]);
    if (code !== 0 && (await this.head(branch)) === from) throw new Error(`Could not move ${branch}: ${stderr}`);
    return code === 0;
  }

  async #mergedTree(base: Sha, head: Sha): Promise<Sha | undefined> {
    const pair = `${base} ${head}`;
    if (!this.#mergedTrees.has(pair)) {
      // A head that is ahead of its base is merged by taking it as it is.
      const isAhead = await this.contains(head, base);
      const tree = isAhead ? (await this.#graph.commit(head)).tree : await mergeTree(this.#directory, base, head);
      this.#mergedTrees.set(pair, tree);
    }
    return this.#mergedTrees.get(pair);
  }

  #commitTree(tree: Sha, parent: Sha, person: string): Promise<Sha> {
    return git(this.#directory, ['commit-tree', tree, '-p', parent, '-m', `Revert ${parent.slice(0, 7)}`], {
      GIT_AUTHOR_NAME: person,
      GIT_AUTHOR_EMAIL: emailOf(person),
      GIT_COMMITTER_NAME: person,
      GIT_COMMITTER_EMAIL: emailOf(person),
    });
  }
}

function emailOf(person: string): string {
  return `${person}@users.noreply.github.com`;
}
