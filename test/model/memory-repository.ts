import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { mergeTree } from '../../fakes/github/git/compare.ts';
import { mergeBy } from '../../fakes/github/git/merge-methods.ts';
import { branchHead, git } from '../../fakes/github/git/run.ts';
import type { MergeMethod } from '../../fakes/github/model.ts';
import type { Sha } from '../../src/git/repository.ts';
import { CommitGraph } from './commit-graph.ts';
import { ObjectStore } from './git/object-store.ts';

export interface Merge {
  readonly base: Sha;
  readonly head: Sha;
  readonly subject: string;
  readonly body: string;
  readonly person: string;
}

export interface Reversal {
  /** The commit on the branch. */
  readonly tip: Sha;
  /** The last commit that is taken back; the first one comes after `before`. */
  readonly commit: Sha;
  readonly before: Sha;
  readonly person: string;
}

/**
 * The bare repository below a forge. To look starts no git as long as the objects are loose; to merge
 * starts one where the base has moved.
 */
export class MemoryRepository {
  readonly #directory: string;
  readonly #graph: CommitGraph;
  readonly #store: ObjectStore;
  /** Merged trees by base and head; undefined where they conflict. */
  readonly #mergedTrees = new Map<string, Sha | undefined>();

  constructor(directory: string) {
    this.#directory = directory;
    this.#graph = new CommitGraph(directory);
    this.#store = new ObjectStore(directory);
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

  /** Makes the commit of a merge, on no branch yet; undefined where base and head conflict. */
  async merge(method: MergeMethod, { person, ...merge }: Merge): Promise<Sha | undefined> {
    const tree = await this.#mergedTree(merge.base, merge.head);
    if (tree === undefined) return undefined;
    if (method !== 'rebase') return this.#mergedCommit(method, { person, ...merge }, tree);
    const author = { name: person, email: emailOf(person) };
    return mergeBy(method, { ...merge, tree, author, directory: this.#directory, date: new Date().toISOString() });
  }

  /** Makes what `mergeBy` makes, without a process. */
  #mergedCommit(method: MergeMethod, { base, head, subject, body, person }: Merge, tree: Sha): Sha {
    return this.#store.writeCommit({
      tree,
      parents: method === 'merge' ? [base, head] : [base],
      message: [subject, body].filter(Boolean).join('\n\n'),
      person,
      email: emailOf(person),
      committer: 'GitHub <noreply@github.com>',
      seconds: Math.floor(Date.now() / 1000),
    });
  }

  /** Makes the commit that takes back a merge, on no branch yet; undefined where later commits conflict. */
  async revert({ tip, commit, before, person }: Reversal): Promise<Sha | undefined> {
    const { tree } = await this.#graph.commit(before);
    const undone = await this.#commitTree(tree, commit, person);
    if (tip === commit) return undone;
    // As if it had been undone at once and were merged now.
    const merged = await mergeTree(this.#directory, tip, undone);
    return merged === undefined ? undefined : this.#commitTree(merged, tip, person);
  }

  /** Moves a branch; false where somebody else moved it meanwhile. */
  async move(branch: string, from: Sha, to: Sha): Promise<boolean> {
    for (let attempt = 0; attempt < 100; attempt++) {
      if (this.#store.moveRef(`refs/heads/${branch}`, from, to)) return true;
      if ((await this.head(branch)) !== from) return false;
      await pause(5);
    }
    throw new Error(`Could not move ${branch}: its lock stays`);
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
