import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import type { LeafObject } from '../../../../src/fleet/coverage/identity.ts';
import { createJudge } from '../../../../src/fleet/judge-pool/judge-pool.ts';
import { judgeHere, judgeNow } from '../../../../src/fleet/judging/judge.ts';
import type { JudgingQuestions, QuestionKind } from '../../../../src/fleet/judging/questions.ts';
import type { KustomizationEvidence } from '../../../../src/fleet/types.ts';
import { limits } from '../../../../src/platform/limits.ts';
import type { Errand } from '../../../../src/processes/errand.ts';
import type { ProcessPool } from '../../../../src/processes/pool.ts';
import { openJudge } from '../../../support/pools/judge.ts';
import { live } from '../checks/live.ts';
import { expectationOf, foldersOf, kustomization, merged } from '../evidence.ts';

const opened: { readonly close: () => Promise<void> }[] = [];
afterAll(async () => void (await Promise.all(opened.map((each) => each.close()))));
function open(options: Parameters<typeof openJudge>[0] = {}) {
  const judge = openJudge(options);
  opened.push(judge);
  return judge.judge;
}
const inProcess = open({ mostHere: -1 });

const made = <T>(count: number, make: (index: number) => T) => Array.from({ length: count }, (_, index) => make(index));
const revisions = new Set([merged]);
const of = (cluster: string, signal?: AbortSignal) => ({ cluster, repository: 'https://forge.test/acme/a', signal });
const widget = (name: string): LeafObject => ({
  ...{ apiVersion: 'example.org/v1', group: 'example.org', kind: 'Widget', namespace: 'blue', optional: false },
  name,
});
const leavesOf = (count: number) => [
  { folder: 'west-us/apps/shop', objects: made(count, (index) => widget(`w${index}`)) },
];

/** A cluster of so many Kustomizations, beside a group of so many objects. */
function clusterOf(
  count: number,
  objects: number,
  different: (index: number) => Partial<KustomizationEvidence> = () => ({}),
): JudgingQuestions['cluster'] {
  const leaves = leavesOf(objects);
  const { coverage, group, now } = expectationOf(leaves);
  return {
    observation: {
      kind: 'reached',
      kustomizations: made(count, (index) => kustomization({ name: `k${index}`, ...different(index) })),
    },
    standard: { coverage, group, now, acceptable: revisions, evident: revisions, wasHealthy: true },
    leaves,
    folders: foldersOf(leaves),
  };
}

/** As many pairs as may be compared at all: each Kustomization changes names in its own way. */
const poison = clusterOf(20_000, 490, (index) => ({
  changes: { namePrefix: `p${index}`, alters: [] },
  inventory: new Set(made(20, (each) => `blue_p${index}w${each}_example.org_Widget`)),
}));

/** A pool that nobody must ask. */
const forbidden: ProcessPool = {
  run: () => Promise.reject(new Error('a process was asked')),
  start: () => undefined,
  close: async () => undefined,
};

const owner = { 'kustomize.toolkit.fluxcd.io/name': 'west-us', 'kustomize.toolkit.fluxcd.io/namespace': 'flux-system' };
const widgets = [live('example.org/v1 Widget', { status: {} }, { name: 'w1', namespace: 'blue', labels: owner })];
const kustomizations = [kustomization({ healthChecks: undefined, inventory: new Set(['blue_w1_example.org_Widget']) })];
const found = { kind: 'reached', kustomizations, objects: widgets, unread: new Map([['v1 Secret', 'no']]) } as const;
const questions: { readonly [Kind in QuestionKind]: JudgingQuestions[Kind] } = {
  cluster: clusterOf(2, 3),
  objects: {
    observation: found,
    wanted: [widget('w1'), widget('w2')],
    acceptable: revisions,
    since: '2026-03-01T10:00:00Z',
  },
  kinds: { kustomizations, leaves: leavesOf(2) },
  applied: {
    observation: { ...found, read: new Set(['example.org/v1 Widget']), withoutStatus: new Set() },
    leaves: leavesOf(2),
  },
  leftovers: { observation: found, removed: [widget('w1'), widget('w2')], acceptable: new Set() },
};

describe('What a cluster answers', () => {
  it.each(Object.keys(questions) as QuestionKind[])('is judged in a process as it is here (%s)', async (kind) => {
    const here = await judgeHere(kind, questions[kind], of('one'));
    expect(await inProcess(kind, questions[kind], of('one'))).toEqual(here);
    expect(here).not.toEqual({ found: undefined });
  });

  it('is judged where it is asked for when it is as much as clusters usually answer', async () => {
    const judge = createJudge(forbidden);
    const usual = clusterOf(60, 500, () => ({ inventory: new Set(made(100, (index) => `blue_w${index}_x_Widget`)) }));
    expect(await judge('cluster', usual, of('one'))).toEqual({ found: judgeNow('cluster', usual) });
  });

  it.each<[string, JudgingQuestions['cluster']]>([
    ['very many pairs', clusterOf(300, 1_000)],
    [
      'long inventories',
      clusterOf(2, 2, () => ({ inventory: new Set(made(60_000, (index) => `blue_w${index}_x_Y`)) })),
    ],
    ['paths that lead far', clusterOf(2, 2, () => ({ path: '' }))],
  ])('is not judged where it is asked for when it has %s', async (_, question) => {
    const manifests = made(limits.stepsHere + 1, (index) => `other/m${index}.yaml`);
    const asked = createJudge(forbidden)(
      'cluster',
      { ...question, folders: { ...question.folders, manifests } },
      of('one'),
    );
    await expect(asked).rejects.toThrow('a process was asked');
  });

  it('is told to a process without what it has had before', async () => {
    const sent: Errand[] = [];
    const recording: ProcessPool = {
      ...forbidden,
      run: async (_, prepare) => {
        sent.push(await prepare());
        return undefined as never;
      },
    };
    const judge = createJudge(recording, { mostHere: -1 });
    for (const cluster of ['one', 'two']) await judge('cluster', questions.cluster, of(cluster));
    const [first, second] = sent;
    expect(first?.task).toMatchObject({
      shared: [
        ['leaves', 1],
        ['folders', 2],
      ],
    });
    expect(second?.task).toMatchObject({
      shared: [
        ['leaves', 1],
        ['folders', 2],
      ],
    });
    for (const id of [1, 2]) expect(second?.shared?.get(id)).toBe(first?.shared?.get(id));
  });
});

describe('A cluster that takes longer to judge than it may', () => {
  it('is beyond judging, with a sentence', async () => {
    const judge = open({ timeoutMs: 200 });
    expect(await judge('cluster', poison, of('east-1'))).toEqual({
      beyond:
        'Judging cluster east-1 (20000 Kustomizations, 491 objects of the branch) takes more than 0.2 s. Look for what has made very many Kustomizations, HelmReleases or objects there, or names in their inventories, and remove it.',
    });
  });

  it('leaves the event loop free, and others are judged meanwhile', async () => {
    const judge = open({ processes: 2, timeoutMs: 3_000 });
    const order: string[] = [];
    let turns = 0;
    const poisoned = judge('cluster', poison, of('east-1')).then((answer) => {
      order.push('poison');
      return answer;
    });
    const other = judge('cluster', clusterOf(300, 1_000), { cluster: 'two', repository: 'https://forge.test/acme/b' });
    void other.then(() => order.push('other'));
    for (; order.length < 2; turns++) await pause(1);
    expect(await poisoned).toHaveProperty('beyond');
    expect(order).toEqual(['other', 'poison']);
    expect(turns).toBeGreaterThan(50);
  });

  it('is ended when nobody waits for it any more', async () => {
    const judge = open();
    const caller = new AbortController();
    const ended = judge('cluster', poison, of('east-1', caller.signal)).catch((error: unknown) => error);
    await pause(500);
    caller.abort(new Error('the step is cancelled'));
    expect(await ended).toEqual(new Error('the step is cancelled'));
    // The only place is free again.
    const large = clusterOf(300, 1_000);
    expect(await judge('cluster', large, of('two'))).toEqual({ found: judgeNow('cluster', large) });
  });

  it('is beyond judging where it takes more memory than it may', async () => {
    const judge = open({ memoryMiB: 40 });
    const large = clusterOf(4_000, 10, () => ({ inventory: new Set(made(300, (index) => `blue_w${index}_x_Widget`)) }));
    const judged = await judge('cluster', large, of('east-1'));
    expect(judged).toEqual({
      beyond: expect.stringMatching(/^Judging cluster east-1 \(.*takes more than 40 MiB of memory\. Look for/),
    });
  });
});
