import { expect, test } from 'vitest';
import { rolloutTrouble, withWaysOut } from '../../../src/operation/rollout-trouble.ts';
import type { ClusterStatus, FleetStatus } from '../../../src/operation/status.ts';

const place = { environment: 'qa', reference: '3f2a9c1d' };

function fleet(others: readonly ClusterStatus[], total = 9): FleetStatus {
  return { total, healthy: total - others.length, others, warnings: [] };
}

test('a stuck rollout says what and where, and ends with the commands', () => {
  const others: ClusterStatus[] = [
    { name: 'qa-1', state: 'failed', awaited: 'Kustomization a/b failed at 0a1b2c3d: BuildFailed.' },
    { name: 'qa-2', state: 'unknown', awaited: 'The API server cannot be reached.' },
  ];
  expect(rolloutTrouble(fleet(others), place)).toBe(
    '7 of 9 clusters of qa are healthy. qa-1: Kustomization a/b failed at 0a1b2c3d: BuildFailed. 1 more is not healthy. ' +
      'When it is mended: fairlead retry 3f2a9c1d qa. ' +
      'To go on without the named clusters: fairlead accept 3f2a9c1d qa --cluster qa-1 --cluster qa-2 --reason "…". ' +
      'To go back: fairlead rollback qa --reason "…". To end it: fairlead abort 3f2a9c1d qa --reason "…".',
  );
});

test('clusters that say the same are named together', () => {
  const others = Array.from({ length: 7 }, (_, index): ClusterStatus => {
    return { name: `qa-${index}`, state: 'failed', awaited: 'Kustomization a/b is stalled' };
  });
  const words = rolloutTrouble(fleet(others), place);
  expect(words).toContain('qa-0, qa-1, qa-2, qa-3, qa-4 and 2 more: Kustomization a/b is stalled. When');
  expect(words).toContain('--cluster qa-4 … --reason');
});

test('whatever needs a person ends with the commands that help, each once', () => {
  const commands = 'When it is mended: fairlead retry 3f2a9c1d qa. To end it: fairlead abort 3f2a9c1d qa --reason "…".';
  const broken = 'fairlead.yaml of branch qa, line 4: soak is "10 minutes". Write a duration such as 30s.';
  expect(withWaysOut(broken, place)).toBe(`${broken} ${commands}`);
  expect(withWaysOut('not on main', place)).toBe(`not on main. ${commands}`);
  const stuck = rolloutTrouble(fleet([]), place);
  expect(withWaysOut(stuck, place)).toBe(stuck);
});
