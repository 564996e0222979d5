import { join } from 'node:path';
import { MemoryForge } from '../../model/memory-forge.ts';
import { createTestRepository, type TestRepository, temporaryDirectory } from '../../support/git.ts';
import type { ForgeWorld } from '../forge/world.ts';

export interface MemoryWorld extends ForgeWorld {
  readonly forge: MemoryForge;
  readonly repository: TestRepository;
}

/** The in-memory forge over an empty repository. */
export function createMemoryWorld(): MemoryWorld {
  const directory = temporaryDirectory('memory-forge');
  const repository = createTestRepository(join(directory.path, 'acme', 'gitops.git'));
  const forge = new MemoryForge({ directory: repository.path });
  const names = { ours: 'fairlead-bot', person: 'maintainer' };
  return {
    forge,
    repository,
    names,
    remote: { url: repository.path, token: '' },
    person: {
      async merge(number, method) {
        const result = await forge.mergeBy(names.person, number, method);
        const { mergeCommit } = await forge.pullRequest(number);
        if (result !== 'merged' || mergeCommit === undefined) throw new Error(`#${number}: ${result}`);
        return mergeCommit;
      },
      close: (number) => forge.closeBy(names.person, number),
    },
    async comments(number) {
      const all = await forge.requests();
      return all.find((one) => one.number === number)?.comments.map(({ body }) => body) ?? [];
    },
    close: async () => directory.remove(),
  };
}
