import { describe, expect, it } from 'vitest';
import { unhealthyStatus } from '../../../src/activities/rollout/unhealthy-status.ts';
import type { ClusterState } from '../../../src/fleet/types.ts';
import { acceptRefusal } from '../../../src/operation/accept.ts';
import { acceptedWords, checkTrouble } from '../../../src/operation/check-words.ts';
import type { Decision } from '../../../src/operation/messages.ts';
import { rolloutTrouble } from '../../../src/operation/rollout-trouble.ts';
import type { EnvironmentStatus, FleetStatus } from '../../../src/operation/status.ts';
import { promotionWith } from './status-examples.ts';

/** So many clusters of a group in a state. */
type Some = readonly [count: number, state: Exclude<ClusterState, 'healthy'>, group: string];

function fleet(...some: readonly Some[]): FleetStatus {
  const others = some.flatMap(([count, state, group]) =>
    Array.from({ length: count }, (_, index) => {
      const name = `${group}-${state}-${index}`;
      const cluster = { name, group, server: 'https://a.example' } as never;
      return { name, state, awaited: 'it is awaited', cluster };
    }),
  );
  return { total: 1_000, healthy: 1_000 - others.length, warnings: [], ...unhealthyStatus(others) };
}

function environment(status: Partial<EnvironmentStatus>): EnvironmentStatus {
  const [found] = promotionWith({ state: 'needs attention', ...status }).environments;
  if (!found) throw new Error('a promotion has an environment');
  return found;
}

const refusal = (status: FleetStatus, accepted: Partial<Decision>) =>
  acceptRefusal(environment({ fleet: status }), accepted);

describe('More clusters than a status lists', () => {
  const dark = fleet([120, 'unknown', 'us'], [34, 'unknown', 'eu']);
  const mixed = fleet([2, 'failed', 'us'], [30, 'failed', 'eu'], [40, 'unknown', 'us']);

  it('are listed in part, and counted by group', () => {
    expect(mixed.others).toHaveLength(20);
    expect(mixed.groups).toEqual([
      { group: 'eu', failed: 30, unknown: 0, pending: 0 },
      { group: 'us', failed: 2, unknown: 40, pending: 0 },
    ]);
  });

  it('are accepted by their groups, or all together where none gives an answer', () => {
    expect(refusal(dark, { groups: ['us', 'eu'] })).toBeUndefined();
    expect(refusal(dark, { allUnknown: true })).toBeUndefined();
    expect(refusal(dark, { groups: ['us'], allUnknown: true })).toBeUndefined();
    expect(refusal(mixed, { groups: ['eu'], allUnknown: true, clusters: ['us-failed-0', 'us-failed-1'] })).toBe(
      undefined,
    );
  });

  it('are refused where some are left, which are counted', () => {
    expect(refusal(dark, { groups: ['us'] })).toBe(
      'more clusters of prod are not healthy, accept their groups too: 34 of eu',
    );
    expect(refusal(mixed, { groups: ['eu'], allUnknown: true })).toMatch(/^these clusters .* too: us-failed-0, us-/);
    expect(refusal(mixed, { allUnknown: true, clusters: mixed.others.map(({ name }) => name) })).toBe(
      'more clusters of prod are not healthy, accept their groups too: 12 of eu',
    );
  });

  it('are refused by name alone, with the options that help', () => {
    expect(refusal(dark, { clusters: ['us-unknown-0'] })).toBe(
      '154 clusters of prod are not healthy: too many to name: accept them with --all-unknown',
    );
    expect(refusal(mixed, {})).toContain('too many to name: accept them with --group eu --group us');
  });

  it('are refused where nobody has counted them, as an older worker reports them', () => {
    const { groups: _, ...uncounted } = dark;
    expect(refusal(uncounted, { allUnknown: true })).toContain('too many to accept, and not counted by group');
    const many = fleet(...Array.from({ length: 101 }, (_, index): Some => [1, 'failed', `group-${index}`]));
    expect(many.groups).toBeUndefined();
  });

  it('must be in the group that is named, and unknown where all of these are accepted', () => {
    expect(refusal(dark, { groups: ['us', 'eu', 'asia'] })).toBe('no cluster of prod in the group asia is unhealthy');
    expect(refusal(fleet([30, 'failed', 'us']), { groups: ['us'], allUnknown: true })).toBe(
      'no cluster of prod is unknown',
    );
  });

  it('of a check are accepted in the same way', () => {
    const { others: clusters, groups } = dark;
    const check = { name: 'Job/smoke', clusters, open: 154, groups };
    const checked = environment({ fleet: { total: 200, healthy: 200, others: [], warnings: [] }, check });
    expect(acceptRefusal(checked, { groups: ['us', 'eu'] })).toBeUndefined();
    expect(acceptRefusal(checked, { groups: ['us'] })).toContain('34 of eu');
    expect(checkTrouble('It failed', checked, '3f2a9c1')).toContain('accept 3f2a9c1 prod --all-unknown --reason "…"');
  });

  it('are named in the commands and in the answer by what accepts them', () => {
    const place = { environment: 'prod', reference: '3f2a9c1' };
    expect(rolloutTrouble(dark, place)).toContain('fairlead accept 3f2a9c1 prod --all-unknown --reason "…"');
    expect(rolloutTrouble(mixed, place)).toContain('fairlead accept 3f2a9c1 prod --group eu --group us --reason "…"');
    const accepted = { by: 'ann', at: '', clusters: ['us-failed-0'], groups: ['eu'], allUnknown: true };
    expect(acceptedWords(environment({ fleet: mixed, accepted }))).toBe(
      'us-failed-0, 30 of the group eu, 40 unknown ones',
    );
  });
});

describe('Few clusters', () => {
  it('may be accepted by group, too', () => {
    const few = fleet([1, 'failed', 'us'], [2, 'unknown', 'eu']);
    expect(refusal(few, { groups: ['eu'] })).toBe('these clusters are not healthy either, name them too: us-failed-0');
    expect(refusal(few, { groups: ['eu'], clusters: ['us-failed-0'] })).toBeUndefined();
  });
});
