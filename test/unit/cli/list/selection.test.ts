import { ServiceError } from '@temporalio/client';
import { describe, expect, it } from 'vitest';
import { listOldest, selectWorkflows } from '../../../../src/cli/temporal/selection.ts';
import type { Session } from '../../../../src/cli/temporal/session.ts';

const minute = 60_000;
const attributeNames = /\b(\w+) (?:IS NOT NULL|IN \('held'\))/;

interface Run {
  readonly runId: string;
  readonly type: string;
  readonly startTime: Date;
  readonly searchAttributes: Readonly<Record<string, readonly string[]>>;
}

/** Makes runs of type A that began so long after each other until now, the oldest first, some of them with attributes. */
function runsOf(count: number, apartMs: number, marked: Readonly<Record<number, Run['searchAttributes']>> = {}): Run[] {
  const begin = Date.now() - count * apartMs;
  return Array.from({ length: count }, (_, index) => ({
    runId: `${index}`,
    type: 'A',
    startTime: new Date(begin + index * apartMs),
    searchAttributes: marked[index] ?? {},
  }));
}

/** Temporal that runs these, lists the newest first, and knows these attributes. */
function sessionOf(runs: readonly Run[], registered: readonly string[] = ['FairleadTrouble', 'FairleadState']) {
  const queries: string[] = [];
  const find = (query: string) => {
    queries.push(query);
    const name = attributeNames.exec(query)?.[1];
    if (name !== undefined && !registered.includes(name)) throw refused(name);
    const before = /StartTime < '([^']+)'/.exec(query)?.[1];
    const type = /WorkflowType = '(\w+)'/.exec(query)?.[1];
    return runs
      .filter((run) => before === undefined || run.startTime < new Date(before))
      .filter((run) => type === undefined || run.type === type)
      .filter(({ searchAttributes }) => name === undefined || searchAttributes[name] !== undefined)
      .toReversed();
  };
  const session = {
    count: async (query: string) => find(query).length,
    list: async (query: string, most: number) => find(query).slice(0, most),
  };
  return { session: session as unknown as Session, queries };
}

function refused(attribute: string): Error {
  const details = `invalid query: invalid search attribute: ${attribute}`;
  const cause = Object.assign(new Error(details), { code: 3, details, metadata: {} });
  return new ServiceError('Failed to list', { cause });
}

function idsOf(runs: readonly { readonly runId: string }[]): readonly string[] {
  return runs.map(({ runId }) => runId);
}

const inTrouble = { FairleadTrouble: ['qa: openPullRequest fails (Unavailable)'] };
const held = { FairleadState: ['rendering', 'held'] };
const order = { query: "ExecutionStatus = 'Running'", types: ['A', 'B'], most: 3, waiting: ['held'] };

describe('The oldest of many', () => {
  it.each([1, minute, 24 * 60 * minute])('are found by their age where one began each %i ms', async (apartMs) => {
    const { session, queries } = sessionOf(runsOf(1_000, apartMs));
    expect(idsOf(await listOldest(session, 'all', 5))).toEqual(['4', '3', '2', '1', '0']);
    expect(queries.length).toBeLessThan(12);
  });

  it('is found behind very many that began much later, within a moment', async () => {
    const first = runsOf(1, 30 * 24 * 60 * minute).map((run) => ({ ...run, runId: 'first' }));
    const { session } = sessionOf([...first, ...runsOf(1_000, 0)]);
    expect(idsOf(await listOldest(session, 'all', 5)).at(-1)).toBe('first');
  });

  it('are some of them, and few questions, where all began in one moment', async () => {
    const { session, queries } = sessionOf(runsOf(1_000, 0));
    expect(await listOldest(session, 'all', 5)).toHaveLength(5);
    expect(queries.length).toBeLessThan(12);
  });

  it('of few are all of them, and one question', async () => {
    const { session, queries } = sessionOf(runsOf(5, minute));
    expect(await listOldest(session, 'all', 5)).toHaveLength(5);
    expect(queries).toHaveLength(1);
  });
});

describe('A list of what runs', () => {
  it('that Temporal gives whole is looked through without another question', async () => {
    const { session, queries } = sessionOf(runsOf(60, minute, { 20: inTrouble, 30: held }));
    const { total, listed, oldest } = await selectWorkflows(session, order);
    expect(total).toBe(60);
    expect(idsOf(listed)).toEqual(['59', '58', '57', '20', '30']);
    expect(idsOf(oldest)).toEqual(['4', '3', '2', '1', '0']);
    expect(queries).toHaveLength(1);
  });

  it('that is longer has what has a trouble or waits, however old, and the oldest', async () => {
    const { session } = sessionOf(runsOf(500, minute, { 20: inTrouble, 30: held, 450: held }));
    const { total, listed, oldest } = await selectWorkflows(session, order);
    expect(total).toBe(500);
    expect(idsOf(listed)).toEqual(['499', '498', '497', '450', '20', '30']);
    expect(idsOf(oldest)).toEqual(['4', '3', '2', '1', '0']);
  });

  it('has the newest and the oldest where the attributes are not registered', async () => {
    const { session } = sessionOf(runsOf(500, minute, { 20: inTrouble }), []);
    const { listed, oldest } = await selectWorkflows(session, order);
    expect(idsOf(listed)).toEqual(['499', '498', '497']);
    expect(idsOf(oldest)).toEqual(['4', '3', '2', '1', '0']);
  });

  it('is not cut without a word where Temporal refuses for another reason', async () => {
    const { session } = sessionOf(runsOf(500, minute));
    const list = async (query: string, most: number) => {
      if (attributeNames.test(query)) throw new Error('Temporal is away');
      return session.list(query, most);
    };
    await expect(selectWorkflows({ ...session, list } as unknown as Session, order)).rejects.toThrow('is away');
  });

  it('and has ended is the newest of all, and what runs in trouble', async () => {
    const running = runsOf(5, minute, { 0: inTrouble });
    const ended = runsOf(20, 1).map((run) => ({ ...run, runId: `ended ${run.runId}` }));
    const { session } = sessionOf([...running, ...ended]);
    const list = async (query: string, most: number) =>
      query === 'all' ? session.list(query, most) : running.toReversed().slice(0, most);
    const of = { ...session, list } as unknown as Session;
    const { total, listed } = await selectWorkflows(of, { ...order, query: 'all', running: order.query });
    expect(total).toBe(25);
    expect(idsOf(listed)).toEqual(['ended 19', 'ended 18', 'ended 17', '0']);
  });
});
