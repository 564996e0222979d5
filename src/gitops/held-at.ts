import type { GitRepository } from '../git/repository.ts';
import { limits } from '../platform/limits.ts';
import type { HeldFiles } from '../render/platform.ts';

/** Reads what a commit of a GitOps branch holds, for the values that charts keep there. */
export function heldAt(repository: GitRepository, commit: string): HeldFiles {
  return {
    read: async (path) => {
      const file = (await repository.listFiles(commit)).get(path);
      // What is larger is not what Fairlead wrote.
      if (file === undefined || file.mode === '160000' || file.size > limits.leafOutputBytes) return undefined;
      return (await repository.readBlobs([file.oid])).get(file.oid)?.toString('utf8');
    },
  };
}
