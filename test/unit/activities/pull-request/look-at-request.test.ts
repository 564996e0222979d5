import { describe, expect, it } from 'vitest';
import type { MergeOrder } from '../../../../src/activities/pull-request/contract.ts';
import {
  checkJustBeforeMerge,
  lookAtRequest,
} from '../../../../src/activities/pull-request/waiting/look-at-request.ts';
import type { Dependencies } from '../../../../src/dependencies.ts';
import type { PullRequest } from '../../../../src/forge/port.ts';

const [base, commit, moved] = ['b'.repeat(40), 'c'.repeat(40), 'd'.repeat(40)];
const open = { number: 7, state: 'open', head: { branch: 'deploy/x', sha: commit }, base: 'qa' } as PullRequest;
const merged: PullRequest = { ...open, state: 'merged', mergeCommit: moved };

function orderFor(merge: boolean): MergeOrder {
  return { number: 7, commit, base, merge, gitops: { repository: 'gitops', branch: 'qa' } } as unknown as MergeOrder;
}

/** What git and the forge answer, one after the other, and in which order they are asked. */
function worldOf(heads: readonly string[], requests: readonly PullRequest[]) {
  const asked: string[] = [];
  const answer = <T>(what: string, answers: readonly T[]) => {
    const found = answers[asked.filter((one) => one === what).length];
    asked.push(what);
    if (found === undefined) throw new Error(`${what} is asked for too often`);
    return found;
  };
  const repository = {
    heads: async () => ({ branches: new Map([['qa', answer('git', heads)]]), notes: undefined }),
    ensureCommit: async () => true,
  };
  const forge = { pullRequest: async () => answer('forge', requests) };
  const dependencies = {
    repositories: { open: () => repository },
    forges: { for: () => forge },
    intervals: { mergePollMs: 10 },
  } as unknown as Dependencies;
  return { asked, dependencies, repository, forge };
}

describe('A look at a request that is to be merged', () => {
  it('asks git and the forge at once: neither waits for the other', async () => {
    const world = worldOf([base], [open]);
    let isForgeAsked = () => {};
    const forgeAsked = new Promise<void>((resolve) => {
      isForgeAsked = resolve;
    });
    const { heads } = world.repository;
    const { pullRequest } = world.forge;
    world.repository.heads = async () => {
      await forgeAsked;
      return heads();
    };
    world.forge.pullRequest = async () => {
      isForgeAsked();
      return pullRequest();
    };
    const look = await lookAtRequest(world.dependencies, orderFor(true));
    expect(look).toMatchObject({ base, request: open });
    expect(world.asked).toHaveLength(2);
  });

  it('needs no answer of the forge where the request was opened just now: it is read before the merge', async () => {
    const { asked, dependencies, forge } = worldOf([base], []);
    Object.assign(forge, { glance: async () => open });
    expect(await lookAtRequest(dependencies, orderFor(true))).toMatchObject({ base, request: open });
    expect(asked).toEqual(['git']);
  });

  it.each<[string, readonly string[], readonly PullRequest[]]>([
    ['the branch has moved, perhaps by its merge', [moved, moved], [open, merged]],
    ['the request is not open any more', [base, moved], [merged, merged]],
    ['the request has another head', [base, base], [{ ...open, head: { ...open.head, sha: moved } }, open]],
    ['the request goes elsewhere', [base, base], [{ ...open, base: 'prod' }, open]],
  ])(
    'counts only if both are as they were: where %s, the branch is asked again, and then the request',
    async (...row) => {
      const [, heads, requests] = row;
      const { asked, dependencies } = worldOf(heads, requests);
      expect(await lookAtRequest(dependencies, orderFor(true))).toMatchObject({ base: heads[1], request: requests[1] });
      expect(asked.slice(2)).toEqual(['git', 'forge']);
    },
  );
});

describe('A look at a request that a person merges', () => {
  it('reads the branch first: a merge after that does not make it look stale', async () => {
    const { asked, dependencies } = worldOf([base], [merged]);
    expect(await lookAtRequest(dependencies, orderFor(false))).toMatchObject({ base, request: merged });
    expect(asked).toEqual(['git', 'forge']);
  });
});

describe('Just before a request is merged', () => {
  it('it is read once more, and not merged if it has changed', async () => {
    const same = worldOf([], [open]);
    await checkJustBeforeMerge(same.dependencies, orderFor(true));
    expect(same.asked).toEqual(['forge']);
    const other = worldOf([], [{ ...open, base: 'prod' }]);
    await expect(checkJustBeforeMerge(other.dependencies, orderFor(true))).rejects.toThrow(/has changed/);
  });
});
