import { afterAll, expect, test } from 'vitest';
import { judgeInTime } from '../../../../src/fleet/judging/in-time.ts';
import { clusterRegression } from '../../../../src/fleet/regression.ts';
import type { ClusterExpectation, ClusterObservation, ClusterState } from '../../../../src/fleet/types.ts';
import { clusterVerdict } from '../../../../src/fleet/verdict.ts';
import { openJudge } from '../../../support/pools/judge.ts';
import { expectation, foldersOf, later, merged } from '../evidence.ts';

/** What a cluster shows, and what the verdict on it must be. */
export interface Case {
  readonly name: string;
  readonly see: ClusterObservation;
  /** How the expectation differs from the usual one. */
  readonly expect?: Partial<ClusterExpectation>;
  readonly state: ClusterState;
  /** Must occur in the sentence. */
  readonly says?: string | RegExp;
  readonly atRevision?: boolean;
}

/** One test for each case, and one for all of them in a thread, which must come to the very same. */
export function testCases(cases: readonly Case[]): void {
  test.each(cases)('$name: $state', ({ see, expect: differently, state, says, atRevision }) => {
    const verdict = clusterVerdict(see, { ...expectation, ...differently });
    expect(verdict).toMatchObject({ state, ...(atRevision !== undefined && { failedAtRevision: atRevision }) });
    expect(verdict.awaited === '').toBe(state === 'healthy');
    if (typeof says === 'string') expect(verdict.awaited).toContain(says);
    if (says instanceof RegExp) expect(verdict.awaited).toMatch(says);
  });
  const there = openJudge({ mostHere: -1 });
  afterAll(() => there.close());
  // What a path reaches is worked out in the thread, of the branch's folders.
  const told = cases.filter(({ expect: differently }) => differently?.reach === undefined);
  test.each([false, true])('a thread comes to the same; healthy before: %s', async (wasHealthy) => {
    for (const { name, see, expect: differently } of told) {
      const { acceptable, leaves, reach, ...known } = { ...expectation, ...differently };
      const revisions = new Set([merged, later].filter(acceptable));
      const standard = { ...known, acceptable: revisions, evident: revisions, wasHealthy };
      const question = { observation: see, standard, leaves, folders: foldersOf(leaves) };
      const judged = await there.judge('cluster', question, { cluster: name, repository: 'acme' });
      const regression = wasHealthy ? clusterRegression(see, { ...expectation, ...differently }) : undefined;
      const verdict = judgeInTime(see, { ...expectation, ...differently });
      const found = regression ? { state: 'failed', awaited: regression, failedAtRevision: true } : verdict;
      expect({ name, ...judged }).toEqual({ name, found });
    }
  });
}
