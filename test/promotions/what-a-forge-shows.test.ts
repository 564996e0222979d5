import { describe, it } from 'vitest';
import { type PlatformOptions, type SmallEnvironment, type SmallPlatform, startPlatform } from './support/platform.ts';
import { onWorker, type PlatformTest } from './support/promotion.ts';

async function onReportingPlatform(
  environments: readonly SmallEnvironment[],
  body: (test: PlatformTest) => Promise<void>,
  options: Pick<PlatformOptions, 'onExchange'> = {},
): Promise<void> {
  const platform = await startPlatform(environments, { hasReports: true, ...options });
  try {
    await onWorker(platform, body);
  } finally {
    await platform.close();
  }
}

/** The statuses of a main commit in one environment, oldest first. */
function statusesOf({ forge, names }: SmallPlatform, sha: string, environment = 'dev'): readonly string[] {
  return forge
    .statuses(names.source, sha)
    .filter(({ context }) => context === `fairlead/${environment}`)
    .map(({ state, description }) => `${state}: ${description}`);
}

/** A call without what differs from run to run. */
function kindOf({ names }: SmallPlatform, call: string): string {
  const short = call.replace(`/repos/${names.source}`, 'source').replace(`/repos/${names.gitops}`, 'gitops');
  return short.replace(/\/([0-9a-f]{40}|\d+)/g, '/…').replace(' /graphql', ' graphql');
}

function orderAt({ forge, names }: SmallPlatform, head = ''): string | undefined {
  const found = forge.latestStatuses(names.gitops, head).find(({ context }) => context === 'fairlead/order');
  return found && `${found.state}: ${found.description}`;
}

describe.concurrent('On the forge', () => {
  it('a promotion is seen from the review to its end, on main, on the request, and as a deployment', async ({
    expect,
  }) => {
    await onReportingPlatform([{ name: 'dev', merge: 'approval' }], async ({ platform, promote }) => {
      const { forge, names, firstCommit } = platform;
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'awaiting approval');
      await expect.poll(() => statusesOf(platform, firstCommit)).toContain('pending: waits for review of #1');
      expect(orderAt(platform, request?.head)).toBe('success: it is the turn of #1');
      await promotion.decide('approve', { environment: 'dev', head: request?.head });
      expect((await promotion.result()).state).toBe('promoted');
      const statuses = statusesOf(platform, firstCommit);
      expect(statuses).toContain('pending: #1 is merged, rolling out');
      expect(statuses.at(-1)).toBe('success: promoted, 1 of 1 cluster healthy');
      const comments = (await platform.requests())[0]?.comments.map(({ body }) => body) ?? [];
      expect(comments).toEqual([
        expect.stringMatching(/^<!-- fairlead:progress -->\n\*\*dev\*\*: promoted, 1 of 1 cluster healthy/),
      ]);
      expect(comments[0]).toContain('ann (as given)');
      const body = (await platform.requests())[0]?.body ?? '';
      expect(body).toMatch(/^<!-- fairlead:approved -->\n> Approved by ann \(as given\) as `[0-9a-f]{8}`\.\n/);
      expect(body).toContain('### Objects');
      expect(forge.deployments(names.source)).toMatchObject([
        { sha: firstCommit, environment: 'dev', statuses: [{ state: 'in_progress' }, { state: 'success' }] },
      ]);
    });
  });

  it('main says why a request under auto is not merged', async ({ expect }) => {
    await onReportingPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { forge, names, firstCommit } = platform;
      forge.protectBranch(names.gitops, 'dev', { requiredChecks: ['build'] });
      const promotion = await promote();
      const reason = 'pending: #1 waits: 0 of 1 required check is green, `build` has not reported';
      const told = () => statusesOf(platform, firstCommit).filter((line) => line.startsWith(reason));
      await expect.poll(told, { timeout: 60_000 }).toHaveLength(1);
      await forge.passCheck(names.gitops, 1, 'build');
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('what is shown costs 12 calls, and none between the approval and the merge', async ({ expect }) => {
    const calls: string[] = [];
    const onExchange: PlatformOptions['onExchange'] = ({ method, path }) => void calls.push(`${method} ${path}`);
    const isAdded = (call: string) => /\/statuses|\/deployments|comments|graphql|^PATCH \S+\/pulls\/\d+$/.test(call);
    await onReportingPlatform(
      [{ name: 'dev', merge: 'approval' }],
      async ({ platform, promote }) => {
        const promotion = await promote();
        const { request } = await promotion.reaches('dev', 'awaiting approval');
        await expect.poll(() => orderAt(platform, request?.head)).toBeDefined();
        await expect.poll(() => statusesOf(platform, platform.firstCommit)).toHaveLength(1);
        const approvedAt = calls.length;
        await promotion.decide('approve', { environment: 'dev', head: request?.head });
        expect((await promotion.result()).state).toBe('promoted');
        const mergedAt = calls.findIndex((call) => /^PUT .*\/merge$/.test(call));
        expect(calls.slice(approvedAt, mergedAt).filter(isAdded)).toEqual([]);
        const added = () =>
          calls
            .slice()
            .filter(isAdded)
            .map((call) => kindOf(platform, call))
            .sort();
        // What does not get through in two seconds is written after the step. A rollout of more than 15 s would be told of in between.
        await expect
          .poll(added)
          .toEqual([
            'GET source/deployments',
            'PATCH gitops/issues/comments/…',
            'PATCH gitops/pulls/…',
            'POST gitops/issues/…/comments',
            'POST gitops/statuses/…',
            'POST graphql',
            'POST source/deployments',
            ...Array(2).fill('POST source/deployments/…/statuses'),
            ...Array(3).fill('POST source/statuses/…'),
          ]);
      },
      { onExchange },
    );
  });

  it('a rollout that fails is told with its reason, and ends when somebody gives it up', async ({ expect }) => {
    const dev = { name: 'dev', rolloutTimeout: '3s', clusters: [{ name: 'dev', flux: false }] } as const;
    await onReportingPlatform([dev], async ({ platform, promote }) => {
      const promotion = await promote();
      await promotion.reaches('dev', 'needs attention');
      await expect.poll(() => statusesOf(platform, platform.firstCommit).at(-1)).toMatch(/^failure: (failed|not seen)/);
      await promotion.decide('abort', { environment: 'dev', reason: 'no cluster is there' });
      await promotion.result();
      expect(statusesOf(platform, platform.firstCommit).at(-1)).toMatch(/^error: given up.* no cluster is there/);
      const [deployment] = platform.forge.deployments(platform.names.source);
      expect(deployment?.statuses.at(-1)?.state).toBe('error');
    });
  });

  it('a request of an environment that is held is red, with who and why, and green again afterwards', async ({
    expect,
  }) => {
    await onReportingPlatform([{ name: 'dev', merge: 'manual' }], async ({ platform, promote, lane }) => {
      platform.forge.protectBranch(platform.names.gitops, 'dev', { requiredChecks: ['fairlead/order'] });
      const promotion = await promote();
      const { request } = await promotion.reaches('dev', 'pull request open');
      await expect.poll(() => orderAt(platform, request?.head)).toBe('success: it is the turn of #1');
      await lane('dev').hold('black friday');
      await expect
        .poll(() => orderAt(platform, request?.head), { timeout: 60_000 })
        .toBe('failure: dev is held by ann (as given): black friday');
      await expect(platform.merge(1)).rejects.toThrow('fairlead/order');
      await lane('dev').resume();
      await expect
        .poll(() => orderAt(platform, request?.head), { timeout: 60_000 })
        .toBe('success: it is the turn of #1');
      await platform.merge(1);
      expect((await promotion.result()).state).toBe('promoted');
    });
  });

  it('a rule of the branch keeps what is removed from being merged before an approval names it', async ({ expect }) => {
    await onReportingPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const { source, forge, names } = platform;
      forge.protectBranch(names.gitops, 'dev', { requiredChecks: ['fairlead/order'] });
      const space = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: web }\n';
      const withSpace = {
        'apps/web/kustomization.yaml': 'resources: [web.yaml, space.yaml]\n',
        'apps/web/space.yaml': space,
      };
      expect((await (await promote(source.commit('main', withSpace))).result()).state).toBe('promoted');
      const without = { 'apps/web/kustomization.yaml': 'resources: [web.yaml]\n', 'apps/web/space.yaml': null };
      const promotion = await promote(source.commit('main', without));
      const { request } = await promotion.reaches('dev', 'awaiting approval');
      await expect
        .poll(() => orderAt(platform, request?.head))
        .toMatch(/^failure: an approval must name what it removes: Namespace web/);
      await expect(platform.merge(2)).rejects.toThrow('fairlead/order');
      await promotion.decide('approve', { environment: 'dev', head: request?.head, removals: true });
      expect((await promotion.result()).state).toBe('promoted');
      expect(orderAt(platform, request?.head)).toBe('success: it is the turn of #2');
    });
  });

  it('a request that gives way to a newer one leaves no status waiting', async ({ expect }) => {
    await onReportingPlatform([{ name: 'dev', merge: 'approval' }], async ({ platform, promote }) => {
      const first = await promote();
      await first.reaches('dev', 'awaiting approval');
      const newer = await promote(platform.release('2'));
      expect((await first.result()).state).toBe('superseded');
      expect(statusesOf(platform, platform.firstCommit).at(-1)).toMatch(/^error: .*superseded/i);
      await newer.reaches('dev', 'awaiting approval');
      await newer.decide('abort', { environment: 'dev', reason: 'the test is over' });
      await newer.result();
    });
  });

  it("a check of the source's CI is a gate: nothing goes on before it is green at the main commit", async ({
    expect,
  }) => {
    const dev = { name: 'dev', verify: '{ checks: [e2e], on: main, timeout: 2m }' };
    await onReportingPlatform([dev, { name: 'qa' }], async ({ platform, promote }) => {
      const { forge, names, firstCommit } = platform;
      const promotion = await promote();
      await promotion.reaches('dev', 'verifying');
      await promotion.awaits('e2e has not begun');
      forge.reportCheckRun(names.source, firstCommit, { name: 'e2e', conclusion: null });
      await promotion.awaits('e2e is in progress');
      expect((await promotion.status()).environments[1]?.state).toBe('waiting');
      forge.reportCheckRun(names.source, firstCommit, { name: 'e2e', conclusion: 'failure' });
      await promotion.fails('dev', 'e2e is failure');
      await expect.poll(() => statusesOf(platform, firstCommit).at(-1)).toMatch(/^failure: check e2e on main failed/);
      forge.reportCheckRun(names.source, firstCommit, { name: 'e2e', conclusion: 'success' });
      await promotion.decide('retry', { environment: 'dev' });
      const { state, environments } = await promotion.result();
      expect(state).toBe('promoted');
      expect(environments[0]?.message).toContain('checked e2e on main');
    });
  });

  it('nothing is written that the token may not, and the promotion goes on', async ({ expect }) => {
    await onReportingPlatform([{ name: 'dev' }], async ({ platform, promote }) => {
      const trouble = {
        kind: 'answer',
        status: 403,
        message: 'Resource not accessible by personal access token',
      } as const;
      platform.forge.fail({ match: /POST \S+\/(statuses|deployments|comments)/, times: 100, trouble });
      expect((await (await promote()).result()).state).toBe('promoted');
      expect(statusesOf(platform, platform.firstCommit)).toEqual([]);
    });
  });
});
