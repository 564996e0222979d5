import { describe, expect, it } from 'vitest';
import { heldWords, laneDetails } from '../../../src/lane/details.ts';
import { joinHolds } from '../../../src/lane/holds.ts';
import type { LaneStatus, TrackedEntry } from '../../../src/lane/types.ts';

const since = '2026-01-02T03:04:05.678Z';
const lane: LaneStatus = {
  gitops: { repository: 'https://forge.test/acme/gitops', branch: 'qa' },
  source: 'https://forge.test/acme/platform',
  environment: 'qa',
  waiting: [],
  configuring: [],
  refusals: [],
};

function tracked(workflowId: string, more: Partial<TrackedEntry> = {}): TrackedEntry {
  const main = '3f2a9c1d'.repeat(5);
  const { source, environment } = lane;
  const entry = { id: workflowId, source, environment, main, workflowId, firstRunId: 'run', since } as const;
  return { operation: 'promotion', phase: 'waiting', whenNewer: 'supersede', ...entry, ...more };
}

describe('The details of a lane in the Temporal UI', () => {
  it('say what holds it, and that nobody is there', () => {
    const hold = { by: 'ann', reason: 'load | test', since, config: false };
    expect(laneDetails({ ...lane, hold }).split('\n')).toEqual([
      '**qa**: branch `qa` of https://forge.test/acme/gitops',
      '',
      `Held by ann (as given) since ${since}: load \\| test`,
      '',
      'No operation is in the lane.',
    ]);
  });

  it('make no markup of an id, a branch or an address that somebody sends', () => {
    const row = laneDetails({ ...lane, waiting: [tracked('`| x |\n\n# **APPROVED** [by](https://x.test) &#x202e;')] });
    expect(row.split('\n').at(-1)).toContain(
      '| \\`\\| x \\| # \\*\\*APPROVED\\*\\* \\[by\\](https://x.test) \\&#x202e; |',
    );
    const gitops = { repository: 'https://forge.test/`a', branch: '`**b**' };
    expect(laneDetails({ ...lane, gitops }).split('\n')[0]).toBe(
      '**qa**: branch \\`\\*\\*b\\*\\* of https://forge.test/\\`a',
    );
  });

  it('list the first of thousands, and count the rest', () => {
    const waiting = Array.from({ length: 3_000 }, (_, index) => tracked(`promote/${index}`));
    const lines = laneDetails({ ...lane, waiting }).split('\n');
    expect(lines).toHaveLength(2 + 2 + 51);
    expect(lines.at(-1)).toBe('| … and 2950 more | | | | | |');
  });

  it('say from which source and name of the environment it has gone over', () => {
    const movedFrom = { source: 'https://forge.test/acme/old', environment: 'stage', at: since };
    expect(laneDetails({ ...lane, movedFrom }).split('\n')[2]).toBe(
      `Since ${since} it is the lane of qa of https://forge.test/acme/platform; before, it was that of stage of https://forge.test/acme/old.`,
    );
  });

  it('say why it lets nobody in, and what it could not carry out', () => {
    const refusals = [{ at: since, action: 'hold', reason: 'hold: "by" must be a text' }];
    const lines = laneDetails({ ...lane, trouble: 'Lets nobody in: no *token*.', refusals }).split('\n');
    expect(lines.slice(2)).toEqual([
      'Lets nobody in: no \\*token\\*.',
      '',
      'No operation is in the lane.',
      '',
      `- ${since} hold refused: hold: "by" must be a text`,
    ]);
  });

  it('say who has it with what is not merged yet, who is merged, and who waits', () => {
    const granted = { kind: 'granted' } as const;
    const behind = { operation: 'promotion', main: '', workflowId: 'promote/x', firstRunId: 'run' } as const;
    const current = tracked('promote/x', { admission: granted });
    const waiting = [tracked('promote/y', { admission: { kind: 'waiting', behind } })];
    const configuring = [
      tracked('configure/x', { operation: 'config change', main: '', phase: 'merged', admission: granted }),
    ];
    expect(
      laneDetails({ ...lane, current, waiting, configuring })
        .split('\n')
        .slice(4),
    ).toEqual([
      '| has the lane | promotion | `3f2a9c1d` | unmerged | 01-02 03:04:05 | `promote/x` |',
      '| waiting | promotion | `3f2a9c1d` | waiting | 01-02 03:04:05 | `promote/y` |',
      '| granted | config change |  | merged | 01-02 03:04:05 | `configure/x` |',
    ]);
  });
});

describe('The answer to a person who holds', () => {
  it('says until when the environment is held now, also by what held it already', () => {
    const until = '2026-01-02T07:04:05.678Z';
    const hold = { by: 'ann', reason: 'load test', since, until, config: false };
    expect(heldWords('dev', hold, undefined)).toBe(`dev is held until ${until}: promotions wait, config changes go on`);
    const before = { by: 'bob', reason: 'audit', since, config: true };
    expect(heldWords('dev', joinHolds(before, hold), before)).toBe(
      'dev is held until somebody resumes it: promotions and config changes wait. ' +
        'It was held already by bob (as given): audit; the later of the two ends counts',
    );
  });
});
