import { expect, test } from 'vitest';
import type { ClusterExpectation, ClusterObservation, ClusterState } from '../../../../src/fleet/types.ts';
import { clusterVerdict } from '../../../../src/fleet/verdict.ts';
import { expectation } from '../evidence.ts';

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

/** One test for each case. */
export function testCases(cases: readonly Case[]): void {
  test.each(cases)('$name: $state', ({ see, expect: differently, state, says, atRevision }) => {
    const verdict = clusterVerdict(see, { ...expectation, ...differently });
    expect(verdict).toMatchObject({ state, ...(atRevision !== undefined && { failedAtRevision: atRevision }) });
    expect(verdict.awaited === '').toBe(state === 'healthy');
    if (typeof says === 'string') expect(verdict.awaited).toContain(says);
    if (says instanceof RegExp) expect(verdict.awaited).toMatch(says);
  });
}
