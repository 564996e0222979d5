import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Protection } from '../../../fakes/github/model.ts';
import { temporaryDirectory } from '../../support/git.ts';
import { createGitHubWorld, type GitHubWorld, REPOSITORY } from './github-world.ts';
import { createWorkbench, type Workbench } from './world.ts';

const directory = temporaryDirectory('github-conditions');
const readerToken = 'ghp_admin0123456789';
let world: GitHubWorld;
let bench: Workbench;

beforeAll(async () => {
  world = await createGitHubWorld();
  world.server.addUser({ login: 'administrator', token: readerToken, permission: 'admin' });
  bench = await createWorkbench(join(directory.path, 'local'), world.remote, 20);
});
afterAll(async () => {
  const drift = world.drift();
  await world.close();
  directory.remove();
  expect(drift).toEqual([]);
});

/** An open request to a branch with these rules. */
async function request(rules?: Protection) {
  const { base, draft } = bench.pair();
  if (rules) world.server.protectBranch(REPOSITORY, base, rules);
  const { number } = await world.forge.openPullRequest(draft);
  return { base, number, conditions: async () => world.forge.mergeConditions?.(number) };
}

const nothing = { checks: [], approvals: 0, bindsApprovals: false, codeOwners: false, queue: false, others: [] };

describe('What a request still lacks on GitHub', () => {
  it('is nothing where the branch has no rules', async () => {
    const { conditions, base } = await request();
    expect(await conditions()).toMatchObject({ rules: nothing, checks: [], approvedBy: [], reviewAwaitedFrom: [] });
    expect(await world.forge.branchRules?.(base)).toMatchObject(nothing);
  });

  it('is told of each required check, by whichever way it reports', async () => {
    const { number, conditions } = await request({ requiredChecks: ['build', 'e2e', 'lint', 'scan'] });
    const report = (name: string, state: 'running' | 'passed' | 'failed', kind?: 'status') =>
      world.server.reportCheck(REPOSITORY, number, { name, state, ...(kind && { kind }) });
    await report('build', 'running');
    await report('build', 'passed');
    await report('e2e', 'running');
    await report('lint', 'failed', 'status');
    const at = expect.stringMatching(/^20.*Z$/);
    expect((await conditions())?.checks).toEqual([
      { name: 'build', state: 'green', since: at },
      { name: 'e2e', state: 'running', since: at },
      { name: 'lint', state: 'failed', since: at },
      { name: 'scan', state: 'expected' },
    ]);
  });

  it('is told of reviews: who approved, who wants changes, whose is awaited', async () => {
    const { number, conditions } = await request({ requiredApprovals: 2, codeOwners: ['ann'] });
    await world.server.approve(REPOSITORY, number, 'bob');
    await world.server.requestChanges(REPOSITORY, number, 'eve');
    expect(await conditions()).toMatchObject({
      rules: { approvals: 2, codeOwners: true },
      approvedBy: ['bob'],
      openedAt: expect.stringMatching(/^20.*Z$/),
      changesRequestedBy: [{ name: 'eve', since: expect.stringMatching(/^20.*Z$/) }],
      reviewAwaitedFrom: [{ name: 'ann' }],
    });
    await world.server.approve(REPOSITORY, number, 'eve');
    await world.server.approve(REPOSITORY, number, 'ann');
    expect(await conditions()).toMatchObject({
      approvedBy: ['bob', 'eve', 'ann'],
      changesRequestedBy: [],
      reviewAwaitedFrom: [],
    });
  });

  it('says that there are rules which the account may not read', async () => {
    const { base } = await request({ classic: true, requiredApprovals: 1, requiredChecks: ['build'] });
    const rules = await world.forge.branchRules?.(base);
    expect(rules).toMatchObject({ checks: ['build'], approvals: 0, isPartial: true });
    const read = await world.forgeWith(readerToken).branchRules?.(base);
    expect(read).toMatchObject({ checks: ['build'], approvals: 1 });
    expect(read?.isPartial).toBeUndefined();
  });

  it('says whether an approval ends with the next push, by whichever rule', async () => {
    const binds = async (rules: Protection, token = 'ghp_bot0123456789') => {
      const { base } = await request(rules);
      return (await world.forgeWith(token).branchRules?.(base))?.bindsApprovals;
    };
    expect(await binds({ requiredApprovals: 1 })).toBe(false);
    expect(await binds({ requiredApprovals: 1, dismissesStale: true })).toBe(true);
    expect(await binds({ classic: true, requiredApprovals: 1 }, readerToken)).toBe(false);
    expect(await binds({ classic: true, requiredApprovals: 1, dismissesStale: true }, readerToken)).toBe(true);
  });

  it('is unknown where no rules may be read', async () => {
    const { number } = await request();
    world.server.fail({ match: /(rules\/|\/)branches\//, times: 2, trouble: { kind: 'answer', status: 403 } });
    expect(await world.forgeWith(readerToken).mergeConditions?.(number)).toBeUndefined();
  });

  it('costs calls for what is required alone, and none for rules that were just read', async () => {
    const calls = async (work: () => Promise<unknown>) => {
      const before = world.exchanges.length;
      await work();
      return world.exchanges.length - before;
    };
    const free = await request();
    expect(await calls(free.conditions)).toBe(3);
    expect(await calls(free.conditions)).toBe(1);
    const strict = await request({ requiredChecks: ['build'], requiredApprovals: 1 });
    await world.server.passCheck(REPOSITORY, strict.number, 'build');
    await strict.conditions();
    expect(await calls(strict.conditions)).toBe(3);
  });
});
