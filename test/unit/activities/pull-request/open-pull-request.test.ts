import { describe, expect, it } from 'vitest';
import { openPullRequest } from '../../../../src/activities/pull-request/open-pull-request.ts';
import type { RenderOutcome } from '../../../../src/activities/render/contract.ts';
import { Failure } from '../../../../src/failure.ts';
import type { BranchRules, Forge } from '../../../../src/forge/port.ts';
import { forgeWith } from '../../../support/forge-with.ts';
import { useWorld } from '../environment-world.ts';

const world = useWorld();

const openRequests = async () => (await world().forge.requests()).filter(({ state }) => state === 'open');

/** Version 1 is deployed and recorded, version 2 is rendered. */
async function begin() {
  const first = await world().deploy('promotion', world().release('1'));
  await world().note({ ...first.revision }, first.commit);
  const rendered = await world().render('promotion', world().release('2'));
  if (rendered.kind !== 'changed') throw new Error(`not changed, but ${rendered.kind}`);
  return { first, rendered };
}

function open(rendered: Extract<RenderOutcome, { kind: 'changed' }>, dependencies = world().dependencies) {
  return openPullRequest(dependencies, world().openOrder('promotion', rendered));
}

/** A config commit that changes nothing is recorded as deployed. */
async function recordNewerConfig(first: Awaited<ReturnType<typeof begin>>['first']) {
  await world().note({ operation: 'config change', main: first.revision.main, config: world().remark('nothing') });
}

describe('A request for people', () => {
  it('asks for whom the config commit names', async () => {
    const { forge } = world();
    const asked: unknown[] = [];
    const asking = forgeWith(forge, {
      openPullRequest(draft) {
        asked.push(draft.asks);
        return forge.openPullRequest(draft);
      },
    });
    const dependencies = { ...world().dependencies, forges: { for: () => asking, commitUrl: () => undefined } };
    const { rendered } = await begin();
    await open(rendered, dependencies);
    const { source } = world();
    const policy = source.git(['show', 'qa:fairlead.yaml']);
    const request = 'request: { reviewers: [alice, "team:sre"], labels: [kubernetes] }';
    source.commit('qa', { 'fairlead.yaml': `${policy}\n${request}\n` });
    const again = await world().render('promotion', world().release('3'));
    if (again.kind !== 'changed') throw new Error(again.kind);
    await open(again, dependencies);
    expect(asked).toEqual([undefined, { reviewers: ['alice'], teams: ['sre'], assignees: [], labels: ['kubernetes'] }]);
  });
});

describe('A request from the branch that its render made', () => {
  /** Opens it in this attempt, and answers whether the forge was told that nothing can have been merged from that branch. */
  async function isFirstIn(attempt: number | undefined, rendered: Awaited<ReturnType<typeof begin>>['rendered']) {
    const { forge } = world();
    const told: unknown[] = [];
    const asked = forgeWith(forge, {
      openPullRequest(draft) {
        told.push(draft.isFirst ?? false);
        return forge.openPullRequest(draft);
      },
    });
    const dependencies = { ...world().dependencies, forges: { for: () => asked, commitUrl: () => undefined } };
    const caller = attempt === undefined ? undefined : { attempt };
    await openPullRequest(dependencies, world().openOrder('promotion', rendered), caller);
    return told;
  }

  it('is the first one, as far as the first attempt knows', async () => {
    const { rendered } = await begin();
    expect(rendered.isNewBranch).toBe(true);
    expect(await isFirstIn(1, rendered)).toEqual([true]);
    expect(await isFirstIn(2, rendered)).toEqual([false]);
    expect(await isFirstIn(undefined, rendered)).toEqual([false]);
  });

  it('may have had others where the branch was there before the render, or is gone after it', async () => {
    const { rendered } = await begin();
    const again = await world().render('promotion', rendered.revision.main);
    if (again.kind !== 'changed') throw new Error(again.kind);
    expect(again.isNewBranch).toBeUndefined();
    expect(await isFirstIn(1, again)).toEqual([false]);
    const { number } = await world().forge.openPullRequest({
      ...{
        head: { branch: rendered.branch, sha: rendered.commit },
        base: 'qa',
        title: '',
        body: '',
        label: 'promotion',
      },
      isInBase: async () => true,
    });
    await world().forge.mergeBy('ann', number, 'squash');
    world().gitops.deleteBranch(rendered.branch);
    expect(await isFirstIn(1, rendered)).toEqual([false]);
  });
});

describe('The first request to a branch', () => {
  const nothing: BranchRules = {
    checks: [],
    approvals: 0,
    bindsApprovals: false,
    codeOwners: false,
    queue: false,
    others: [],
  };

  /** Opens the first request to qa, and the one after it; answers their bodies, and how often the rules were asked for. */
  async function bodiesWith(rules: BranchRules | undefined, merge: 'auto' | 'approval') {
    let asked = 0;
    const { forge } = world();
    const branchRules: Forge['branchRules'] = async () => {
      asked += 1;
      return rules;
    };
    const strict = forgeWith(forge, { branchRules });
    const dependencies = { ...world().dependencies, forges: { for: () => strict, commitUrl: () => undefined } };
    const bodies: string[] = [];
    for (const version of ['1', '2']) {
      const rendered = await world().render('promotion', world().release(version));
      if (rendered.kind !== 'changed') throw new Error(rendered.kind);
      const opened = await openPullRequest(dependencies, { ...world().openOrder('promotion', rendered), merge });
      const number = opened.kind === 'open' ? opened.number : 0;
      bodies.push((await forge.pullRequest(number)).body);
      await forge.merge(number, rendered.commit);
    }
    return { bodies, asked };
  }
  const words = 'requires neither checks nor reviews, and `merge` is `auto`';
  const isPartial = true as const;

  it('says that nobody looks at it, where that is so', async () => {
    const { bodies, asked } = await bodiesWith(nothing, 'auto');
    expect(bodies.map((body) => body.includes(words))).toEqual([true, false]);
    expect(asked).toBe(1);
  });

  it.each([
    ['a check is required', { ...nothing, checks: ['build'] }],
    ['a review is required', { ...nothing, approvals: 1, bindsApprovals: true }],
    ['a scan is required', { ...nothing, others: ['signed commits', 'code scanning'] }],
    ['some rules are hidden, and a check is required', { ...nothing, checks: ['build'], isPartial }],
    ['approvals end with a push', { ...nothing, approvals: 1, bindsApprovals: true, isPartial }],
    ['no rules can be read', undefined],
  ])('says nothing where %s', async (_, rules) => {
    const { bodies } = await bodiesWith(rules, 'auto');
    expect(bodies[0]).not.toContain('`merge` is `auto`');
  });

  it.each([{ approvals: 1 }, { codeOwners: true }])(
    'says that an approval counts for what comes later: %j',
    async (rules) => {
      const { bodies } = await bodiesWith({ ...nothing, ...rules }, 'auto');
      const keeps = 'keeps approvals when this request is rendered again, and `merge` is `auto`';
      expect(bodies.map((body) => body.includes(keeps))).toEqual([true, false]);
    },
  );

  it.each([
    ['of those that nobody must do something for', { others: ['resolved conversations'] }, words],
    ['that Fairlead meets by a signature', { others: ['signed commits'] }, 'merged at once where Fairlead signs them'],
    ['of which some are hidden', { isPartial }, 'unless a rule that it may not read asks for more, this request'],
    [
      'of which a hidden one tells',
      { approvals: 1, isPartial },
      'may keep approvals when this request is rendered again',
    ],
  ])('says what follows from rules %s', async (_, rules, expected) => {
    const { bodies } = await bodiesWith({ ...nothing, ...rules }, 'auto');
    expect(bodies.map((body) => body.includes(expected))).toEqual([true, false]);
  });

  it('costs no call under another policy', async () => {
    expect((await bodiesWith(nothing, 'approval')).asked).toBe(0);
  });
});

describe('A request for what was rendered', () => {
  it('is opened where nothing has moved, and found again', async () => {
    const { rendered } = await begin();
    const opened = await open(rendered);
    expect(opened).toMatchObject({ kind: 'open' });
    expect(await open(rendered)).toEqual(opened);
  });

  it('says what changes by object and field, also where the branch was edited by hand', async () => {
    const list = world().gitops;
    await begin();
    const edited = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: []\n';
    list.commit('qa', { 'one/kustomization.yaml': edited });
    const rendered = await world().render('promotion', world().release('3'));
    if (rendered.kind !== 'changed') throw new Error(rendered.kind);
    const opened = await open(rendered);
    const { body } = await world().forge.pullRequest(opened.kind === 'open' ? opened.number : 0);
    expect(body).toContain('### Objects: 2 changed\n');
    expect(body).toMatch(
      /changed Kustomization <code>kustomization\.yaml<\/code>, .* in one<.*\n\n- .*resources.*apps/,
    );
    expect(body).toMatch(
      /changed ConfigMap <code>main-apps-web<\/code>, .* in one<.*\n\n- `data\["\/main\/apps\/web\/web\.yaml"\]`:/,
    );
  });

  it('says so where that is too much to be compared, or takes too long', async () => {
    const { rendered } = await begin();
    const describeChanges = async () => {
      throw new Failure('Refused', 'comparing it took more than 20 s');
    };
    const opened = await open(rendered, { ...world().dependencies, describeChanges });
    const { body } = await world().forge.pullRequest(opened.kind === 'open' ? opened.number : 0);
    expect(body).toContain('These changes are too large to be compared here');
  });

  it.each(['merge', 'squash'] as const)(
    'is adopted when it was merged by %s, and opened anew where the branch was moved back behind the merge',
    async (method) => {
      const { first, rendered } = await begin();
      const opened = await open(rendered);
      const number = opened.kind === 'open' ? opened.number : 0;
      await world().forge.mergeBy('ann', number, method);
      expect(await open(rendered)).toMatchObject({ kind: 'open', number });
      world().gitops.setBranch('qa', first.commit);
      const again = await world().render('promotion', rendered.revision.main);
      if (again.kind !== 'changed') throw new Error(again.kind);
      expect(again.commit).toBe(rendered.commit);
      const second = await open(again);
      expect(second).toMatchObject({ kind: 'open', number: number + 1 });
      expect(await openRequests()).toMatchObject([{ number: number + 1 }]);
    },
  );

  it('is stale, and not opened, when somebody pushed to its branch', async () => {
    const { rendered } = await begin();
    world().gitops.commit(rendered.branch, { 'README.md': 'by hand' });
    expect(await open(rendered)).toEqual({ kind: 'stale' });
    expect(await openRequests()).toEqual([]);
  });

  it('is stale, and not opened, when a newer config was recorded meanwhile', async () => {
    const { first, rendered } = await begin();
    await recordNewerConfig(first);
    expect(await open(rendered)).toEqual({ kind: 'stale' });
    expect(await openRequests()).toEqual([]);
  });

  it('is not stale because of a record that changes nothing', async () => {
    const { first, rendered } = await begin();
    await world().note({ ...first.revision, event: 'promoted' }, first.commit);
    expect(await open(rendered)).toMatchObject({ kind: 'open' });
  });
});
