import { describe, it } from 'vitest';
import { mergeMethods } from '../../fakes/github/model.ts';
import { onPlatform } from './support/promotion.ts';

describe.concurrent('A request that a person decides on at the forge', () => {
  it.for(mergeMethods)('is promoted when it is merged by %s', async (method, { expect }) => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote }) => {
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      const mergeCommit = await platform.merge(request?.number ?? 0, method);
      const { state, environments } = await promotion.result();
      expect(state).toBe('promoted');
      expect(environments[0]).toMatchObject({ state: 'promoted', mergeCommit, mergedBy: 'maintainer' });
      expect(platform.versionOn('dev')).toEqual({ version: '1' });
    });
  });

  it('ends the promotion as rejected when it is closed, and its branch is left to whoever closed it', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev' }, { name: 'qa' }], async ({ platform, promote }) => {
      platform.forge.protectBranch(platform.names.gitops, 'dev', { requiredApprovals: 1 });
      const before = platform.gitops.head('dev');
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      await platform.forge.closePullRequest(platform.names.gitops, request?.number ?? 0);
      const { state, environments } = await promotion.result();
      expect(state).toBe('rejected');
      expect(environments.map((each) => each.state)).toEqual(['rejected', 'not reached']);
      expect(environments[0]?.message).toBe('#1 was closed by maintainer without a merge');
      expect(platform.gitops.head(request?.branch ?? '')).toBe(request?.head);
      expect(platform.gitops.head('dev')).toBe(before);
    });
  });

  it('waits for the reviews that the branch asks for, then merges', async ({ expect }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      platform.forge.protectBranch(platform.names.gitops, 'dev', { requiredApprovals: 1 });
      const promotion = await promote();
      await promotion.awaits('At least 1 approving review is required');
      await platform.forge.approve(platform.names.gitops, 1);
      expect((await promotion.result()).state).toBe('promoted');
      expect(await platform.requests()).toMatchObject([{ state: 'merged', endedBy: 'fairlead-bot' }]);
    });
  });

  it('needs a person where the worker may never merge; merged by one and retried, it is promoted', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      platform.forge.protectBranch(platform.names.gitops, 'dev', { restrictedTo: ['maintainer'] });
      const promotion = await promote();
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toContain("You're not authorized to push to this branch");
      const mergeCommit = await platform.merge(1);
      await promotion.decide('retry', { environment: 'dev' });
      const { environments } = await promotion.result();
      expect(environments[0]).toMatchObject({ state: 'promoted', mergeCommit, mergedBy: 'maintainer' });
      expect(await platform.requests()).toHaveLength(1);
    });
  });
});

describe.concurrent('A request that removes a Namespace', () => {
  it('waits under auto for an approval that names it, and says so before all else', async ({ expect }) => {
    const space = {
      'apps/web/kustomization.yaml': 'resources: [web.yaml, space.yaml]\n',
      'apps/web/space.yaml': webSpace,
    };
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { source, fleet, names } = platform;
      expect((await (await promote(source.commit('main', space))).result()).state).toBe('promoted');
      expect(fleet.cluster('dev').objects('Namespace')).toHaveLength(1);
      const without = { 'apps/web/kustomization.yaml': 'resources: [web.yaml]\n', 'apps/web/space.yaml': null };
      const promotion = await promote(source.commit('main', without));
      const { request, message } = await promotion.reaches('dev', 'awaiting approval');
      expect(message).toMatch(
        /^#2 removes Namespace web; 1 of 2 objects\. Look at it, then: fairlead approve .* --removals$/,
      );
      const [command = ''] = /fairlead approve .*$/.exec(message) ?? [];
      const body = (await platform.forge.pullRequests(names.gitops)).at(-1)?.body;
      expect(body).toMatch(/^> \*\*This removes what the guard of `dev` names:\*\*\n> - `Namespace web`\n/);
      expect(body).toContain(`If that is meant: \`${command}\``);
      const approval = { environment: 'dev', head: request?.head };
      expect(await promotion.decide('approve', approval)).toContain('approve it with --removals');
      await promotion.decide('approve', { ...approval, removals: true });
      expect((await promotion.result()).state).toBe('promoted');
      expect(fleet.cluster('dev').objects('Namespace')).toHaveLength(0);
    });
  });
});

const webSpace = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: web }\n';

describe.concurrent('The branch of a request', () => {
  it('on which somebody else committed needs attention, with the name; put back and retried, it goes on', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote }) => {
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      const { branch = '', head = '' } = request ?? {};
      platform.gitops.commit(branch, { 'one/apps/web/web.yaml': 'kind: Mischief\n' });
      const { message } = await promotion.reaches('dev', 'needs attention');
      expect(message).toContain(`Ada Lovelace pushed to ${branch}, which is ours`);
      platform.gitops.setBranch(branch, head);
      await promotion.decide('retry', { environment: 'dev' });
      await promotion.reaches('dev', 'pull request open');
      await platform.merge(1);
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it("may get the forge's *Update branch*: it is rendered again, and nobody is accused", async ({ expect }) => {
    await onPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote }) => {
      const { gitops } = platform;
      const promotion = await promote();
      const { branch = '', head = '' } = (await promotion.reaches('dev', 'pull request open')).request ?? {};
      gitops.setBranch('next', gitops.head('dev') ?? '');
      const next = gitops.commit('next', { 'two/note.yaml': 'kind: Note\n' });
      const tree = gitops.git(['merge-tree', '--write-tree', head, next]);
      const update = gitops.git(['commit-tree', tree, '-p', head, '-p', next, '-m', 'Merge dev']);
      gitops.git(['update-ref', '--stdin'], `update refs/heads/dev ${next}\nupdate refs/heads/${branch} ${update}\n`);
      await promotion.rendersAgain('dev', head);
      await platform.merge(1);
      expect((await promotion.result()).state).toBe('promoted');
      expect(platform.manifest('dev', 'two/note.yaml')).toBe('kind: Note');
      expect(await platform.requests()).toHaveLength(1);
    });
  });

  it('is merged by the worker only as it was rendered: what a merge commit hides there is rendered over', async ({
    expect,
  }) => {
    await onPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { gitops } = platform;
      platform.forge.protectBranch(platform.names.gitops, 'dev', { requiredApprovals: 1 });
      const promotion = await promote();
      const { branch = '', head = '' } = (await promotion.reaches('dev', 'pull request open')).request ?? {};
      gitops.setBranch('hidden', head);
      const tree = `${gitops.commit('hidden', { 'README.md': 'Mischief\n' })}^{tree}`;
      const parents = ['-p', head, '-p', gitops.head('dev') ?? ''];
      gitops.setBranch(branch, gitops.git(['commit-tree', tree, ...parents, '-m', 'Merge dev']));
      await expect.poll(() => gitops.head(branch), { timeout: 60_000 }).toBe(head);
      await platform.forge.approve(platform.names.gitops, 1);
      expect((await promotion.result()).state).toBe('promoted');
      expect(platform.manifest('dev', 'README.md')).toBe('Manifests of dev.');
    });
  });
});
