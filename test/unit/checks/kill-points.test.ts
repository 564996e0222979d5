import { describe, expect, it } from 'vitest';
import { pushOf } from '../../../fakes/github/writes.ts';
import { readOptions } from '../../crash/options.ts';
import { choosePoints, partIntoRuns } from '../../crash/points/choose.ts';
import { eventNumber, placeOf, writeNumber } from '../../crash/points/point.ts';
import { pointsOfWrite, WriteCount, WritePoints } from '../../crash/points/writes.ts';
import { percentile } from '../../crash/table.ts';

const points = Array.from({ length: 20 }, (_, index) => ({ number: 1001 + index, kind: 'event' }));

describe('The kill points of the crash test', () => {
  it('have numbers that say where they are', () => {
    expect(placeOf(eventNumber('promotion', 61))).toBe('event 61 of the promotion');
    expect(placeOf(eventNumber('lane of prod', 7))).toBe('event 7 of the lane of prod');
    expect(placeOf(writeNumber(14, 'under way'))).toBe('write 15, under way');
  });

  it('are chosen alike by the same seed, and otherwise by another', () => {
    const numbers = (seed: number) =>
      choosePoints(points, { kind: 'some', count: 5 }, seed).map(({ number }) => number);
    expect(numbers(1)).toEqual(numbers(1));
    expect(numbers(1)).not.toEqual(numbers(2));
    expect(new Set(numbers(1)).size).toBe(5);
    expect(() => choosePoints(points, { kind: 'these', numbers: [7] }, 1)).toThrow('7 is no point');
  });

  it('are parted into runs with each point once, far from each other', () => {
    const runs = partIntoRuns(points, points, 8);
    expect(runs.map((run) => run.length)).toEqual([7, 7, 6]);
    expect(
      runs
        .flat()
        .map(({ number }) => number)
        .sort(),
    ).toEqual(points.map(({ number }) => number));
    expect(runs[0]?.slice(0, 2).map(({ number }) => number)).toEqual([1001, 1004]);
  });

  it('are read from the command line', () => {
    expect(readOptions(['--points', '43,1061']).points).toEqual({ kind: 'these', numbers: [43, 1061] });
    expect(readOptions(['--points', '43,']).points).toEqual({ kind: 'these', numbers: [43] });
    expect(readOptions(['--points', '43']).points).toEqual({ kind: 'some', count: 43 });
    expect(() => readOptions(['--points', 'many'])).toThrow('--points wants a whole number, not "many"');
  });

  it('at writes count those that are alike, and count one that was lost on the way once', () => {
    const note = () => ({ what: 'push acme/gitops-1', refs: ['refs/notes/fairlead/dev'] });
    const count = new WriteCount();
    expect(count.count(note(), 'asked')).toBe('push refs/notes/fairlead/dev #1');
    const lost = note();
    expect(count.count(lost, 'asked')).toBe('push refs/notes/fairlead/dev #2');
    count.forget(lost);
    const again = note();
    const key = count.count(again, 'asked');
    expect(count.count(again, 'done')).toBe(key);
    expect(key).toBe('push refs/notes/fairlead/dev #2');
    const all = new WritePoints([
      { key: 'x', at: 0 },
      { key, at: 1 },
    ]);
    expect(all.numberOf(key, 'done')).toBe(6);
    expect(all.numberOf('unknown', 'done')).toBeUndefined();
    expect(pointsOfWrite({ key: 'PUT pulls/1/merge #1', at: 0 }, 0)).toEqual([
      { number: 1, kind: 'merge, asked' },
      { number: 3, kind: 'merge, done' },
    ]);
  });
});

describe('The table of the crash test', () => {
  it('has percentiles that values have', () => {
    const values = Array.from({ length: 20 }, (_, index) => 20 - index);
    expect([0.5, 0.95, 1].map((part) => percentile(values, part))).toEqual([10, 19, 20]);
    expect(percentile([], 0.5)).toBeNaN();
  });
});

describe('A push to the stand-in', () => {
  it('says which refs it changes', () => {
    const line = (text: string) => `${(text.length + 4).toString(16).padStart(4, '0')}${text}`;
    const [from, to] = ['0'.repeat(40), 'a'.repeat(40)];
    const first = line(`${from} ${to} refs/heads/deploy/dev\0 report-status`);
    const input = Buffer.from(`${first}${line(`${from} ${to} refs/notes/x`)}0000PACK…`);
    expect(pushOf('acme/gitops', input)).toEqual({
      what: 'push acme/gitops',
      refs: ['refs/heads/deploy/dev', 'refs/notes/x'],
    });
  });
});
