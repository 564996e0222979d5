import type { GitSource } from '../../../fakes/flux/controllers/git-source.ts';
import type { Commit, Remote } from '../../../test/flux/source/remote.ts';

/** Lets the stand-in for source-controller fetch with git itself. */
export function gitRemote(sourceOf: (url: string) => GitSource): Remote {
  const commitOf = async (source: GitSource, sha: string): Promise<Commit> => ({
    sha,
    files: Object.fromEntries(await source.files(sha)),
  });
  return {
    async head(url, branch) {
      const source = sourceOf(url);
      await source.fetch();
      const sha = await source.head(branch);
      return sha === undefined ? undefined : await commitOf(source, sha);
    },
    async commit(url, sha) {
      const source = sourceOf(url);
      await source.fetch();
      return await commitOf(source, sha);
    },
  };
}
