import { describe, expect, it } from 'vitest';
import { type KeptLook, lookProgress } from '../../../../src/activities/rollout/look-progress.ts';
import type { ClusterVerdict } from '../../../../src/fleet/types.ts';

const names = Array.from({ length: 5_000 }, (_, index) => `cluster-${index}`);
const look = { names, judgedBy: ['the commit'], now: 1_000_000 };
const healthy: ClusterVerdict = { state: 'healthy', awaited: '' };
/** What is kept of a healthy cluster does not tell whether Flux waits for everything there. */
const wasHealthy: ClusterVerdict = { ...healthy, notAwaited: true };
const pending: ClusterVerdict = { state: 'pending', awaited: 'something' };
const unknown: ClusterVerdict = { state: 'unknown', awaited: 'The API server cannot be reached.' };

/** An attempt that begins with what the last one kept, and keeps what it finds at once. */
function attempt(before: unknown, again = look) {
  const kept: KeptLook[] = [];
  const keep = (progress: KeptLook) => void kept.push(JSON.parse(JSON.stringify(progress)));
  return { ...lookProgress(before, again, { keep, everyMs: 0 }), kept };
}

/** What an attempt leaves that has looked at three clusters. */
function interrupted(): unknown {
  const { note, kept } = attempt(undefined);
  note('cluster-0', healthy);
  note('cluster-17', pending);
  note('cluster-4999', unknown);
  return kept.at(-1);
}

describe('A look that was interrupted', () => {
  it('goes on: who was healthy, or could not be seen, is not looked at again', () => {
    const { verdictOf } = attempt(interrupted());
    expect(verdictOf('cluster-0')).toEqual(wasHealthy);
    expect(verdictOf('cluster-4999')).toMatchObject({ state: 'unknown' });
    expect(names.filter((name) => verdictOf(name) !== undefined)).toHaveLength(2);
  });

  it('goes on a second time with what both attempts have found', () => {
    const second = attempt(interrupted());
    second.note('cluster-1', healthy);
    const { verdictOf } = attempt(second.kept.at(-1));
    expect(verdictOf('cluster-0')).toEqual(wasHealthy);
    expect(verdictOf('cluster-1')).toEqual(wasHealthy);
  });

  it.each([
    ['other clusters are listed', { names: names.slice(1) }],
    ['something else is expected of them', { judgedBy: ['a later commit'] }],
    ['five minutes have passed: nobody knows what has become of them', { now: look.now + 5 * 60_000 }],
  ])('begins anew where %s', (_, other) => {
    const { verdictOf } = attempt(interrupted(), { ...look, ...other });
    expect(names.every((name) => verdictOf(name) === undefined)).toBe(true);
  });

  it.each([undefined, null, 'text', 7, [], { stamp: 1 }, { began: 'now' }])(
    'begins anew where %j was kept',
    (before) => {
      expect(attempt(before).verdictOf('cluster-0')).toBeUndefined();
    },
  );
});

it('What is kept of 5,000 clusters is small', () => {
  const { note, kept } = attempt(undefined);
  for (const name of names) note(name, healthy);
  expect(JSON.stringify(kept.at(-1)).length).toBeLessThan(4_000);
});
