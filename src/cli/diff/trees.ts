import { Failure } from '../../failure.ts';
import type { GitRepository, Sha } from '../../git/repository.ts';
import { listTree } from '../../gitops/load-tree.ts';
import { closest } from '../../platform/closest.ts';
import type { ReadContents } from '../../render/platform.ts';
import type { SourceTree } from '../../render/types.ts';
import type { Checkout } from '../validate/checkout.ts';

/** The commits of a source, and the checkout in which somebody works on it. */
export interface Trees {
  /** Answers the commit that a person names. Throws `Failure` NotFound with the branches that there are. */
  resolve(revision: string, branches: readonly string[]): Promise<Sha>;
  /** Lists the files of a commit, of the remote or of the checkout. */
  at(commit: Sha): Promise<SourceTree>;
  /** Reads contents of any of these trees. */
  readonly read: ReadContents;
}

/** Opens the commits of a repository together with those that only the checkout has. */
export function openTrees(repository: GitRepository, checkout: Checkout | undefined, own?: SourceTree): Trees {
  const trees = new Map<Sha, Promise<SourceTree>>();
  const inMemory = new Map<string, Buffer | undefined>();
  const keep = (tree: SourceTree) => {
    for (const { oid, content } of tree.files.values()) inMemory.set(oid, content);
    return tree;
  };
  if (own) keep(own);
  const load = async (commit: Sha) => {
    if ((await checkout?.resolveCommit(commit)) === undefined && (await repository.ensureCommit(commit)))
      return listTree(repository, commit);
    if (checkout) return keep(await checkout.readTree(commit));
    throw new Failure('NotFound', `${repository.url} has no commit ${commit} any more. Was a branch rewritten?`);
  };
  return {
    async resolve(revision, branches) {
      const here = await checkout?.resolveCommit(revision, `refs/remotes/origin/${revision}`);
      const commit = here ?? (await repository.resolveCommit(revision));
      if (commit !== undefined) return commit;
      const there = [...(await repository.branchHeads(branches)).keys()];
      const near = closest(revision, there);
      throw new Failure(
        'NotFound',
        `${checkout?.directory ?? repository.url} has no commit ${JSON.stringify(revision)}. Name a commit, a tag or a branch, such as ${there.join(', ')}.${near === undefined ? '' : ` Is "${near}" meant?`}`,
      );
    },
    at(commit) {
      const known = trees.get(commit) ?? load(commit);
      trees.set(commit, known);
      return known;
    },
    async read(oids) {
      const wanted = [...oids];
      const elsewhere = wanted.filter((oid) => !inMemory.has(oid));
      const contents = new Map(elsewhere.length === 0 ? [] : await repository.readBlobs(new Set(elsewhere)));
      for (const oid of wanted) {
        const content = inMemory.get(oid);
        if (content !== undefined) contents.set(oid, content);
      }
      return contents;
    },
  };
}
