import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { leftOut, mostLeftOut, type NamedVerdict } from '../../../../src/fleet/summary.ts';

const healthy = (name: string): NamedVerdict => ({ name, state: 'healthy', awaited: '' });
const other = (name: string, state: NamedVerdict['state']): NamedVerdict => ({ name, state, awaited: 'something' });
const late = (name: string): NamedVerdict => ({ ...other(name, 'failed'), late: other(name, 'pending') });
const well = ['a', 'b', 'c'].map(healthy);
const namesOf = (clusters: readonly NamedVerdict[]) => clusters.map(({ name }) => name);

describe('A cluster that is not healthy', () => {
  it('is left out at once where it is unknown and maxUnavailable allows it', () => {
    expect(namesOf(leftOut([...well, other('edge', 'unknown')], { max: { clusters: 1 } }))).toEqual(['edge']);
    expect(leftOut([...well, other('edge', 'unknown')], { max: { clusters: 0 } })).toEqual([]);
  });

  it('is waited for while it is pending, and left out once the deadline is over', () => {
    expect(leftOut([...well, other('slow', 'pending')], { max: { clusters: 1 } })).toEqual([]);
    expect(namesOf(leftOut([...well, late('slow')], { max: { clusters: 1 } }))).toEqual(['slow']);
  });

  it('is not waited for a second time where an earlier phase has left it out', () => {
    const clusters = [...well, other('slow', 'pending')];
    expect(namesOf(leftOut(clusters, { max: { clusters: 1 }, before: ['slow'] }))).toEqual(['slow']);
  });

  it('is never left out where it has failed, and neither is another one then', () => {
    const clusters = [...well, other('broken', 'failed'), other('edge', 'unknown')];
    expect(leftOut(clusters, { max: { clusters: 4 }, before: ['broken'] })).toEqual([]);
  });

  it('is never left out beyond the number', () => {
    const clusters = [...well, other('edge-1', 'unknown'), other('edge-2', 'unknown')];
    expect(leftOut(clusters, { max: { clusters: 1 } })).toEqual([]);
  });
});

describe('maxUnavailable', () => {
  it('rounds a share down', () => {
    expect([9, 10, 19, 20].map((total) => mostLeftOut({ percent: 10 }, total))).toEqual([0, 1, 1, 2]);
  });

  it('leaves at least one cluster that must be healthy', () => {
    expect(mostLeftOut({ clusters: 5 }, 3)).toBe(2);
    expect(mostLeftOut({ clusters: 5 }, 0)).toBe(0);
    expect(leftOut([other('only', 'unknown')], { max: { clusters: 1 } })).toEqual([]);
  });

  it('never leaves out a failed cluster, nor all of them, whatever is written', () => {
    const state = fc.constantFrom('healthy', 'pending', 'failed', 'unknown');
    const fleet = fc.array(state).map((states) => states.map((each, index) => other(`c${index}`, each)));
    const max = fc.oneof(fc.record({ clusters: fc.nat(9) }), fc.record({ percent: fc.nat(99) }));
    fc.assert(
      fc.property(fleet, max, (clusters, allowed) => {
        const out = leftOut(clusters, { max: allowed, before: namesOf(clusters) });
        if (out.length > 0 && clusters.some((each) => each.state === 'failed')) return false;
        const left = clusters.filter((each) => !out.includes(each));
        return out.length === 0 || (left.length > 0 && left.every((each) => each.state === 'healthy'));
      }),
    );
  });
});
