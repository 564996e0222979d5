import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { exitCodeOfOperation } from '../../../../src/cli/exit.ts';
import type { PendingStep } from '../../../../src/cli/trouble/pending.ts';
import { stepTroubles, troubleWords } from '../../../../src/cli/trouble/trouble.ts';
import { changedLines, operationLines } from '../../../../src/cli/view/view.ts';
import { stepWords } from '../../../../src/operation/trouble/step-words.ts';
import { environmentOfStep, stepId } from '../../../../src/temporal/step-id.ts';
import { viewOf } from '../exit/views.ts';

const failure = { type: 'Unavailable', message: 'The forge answers 503.', isBenign: false, isTimeout: false };

function pending(more: Partial<PendingStep> = {}): PendingStep {
  return {
    step: 'openPullRequest',
    environment: 'qa',
    tries: 7,
    scheduledAt: '2026-03-02T10:00:00.000Z',
    triedAt: '2026-03-02T10:02:00.000Z',
    nextTryAt: '2026-03-02T10:02:30.000Z',
    failure,
    ...more,
  };
}

function words(more?: Partial<PendingStep>): readonly string[] {
  return stepTroubles([pending(more)]).map(troubleWords);
}

describe('A step that fails again and again', () => {
  it('is told with its environment, how often and since when, why, and when it is tried again', () => {
    expect(words()).toEqual([
      'qa: could not open the pull request, 7 times since 2026-03-02T10:00:00.000Z: The forge answers 503. It is tried again at 2026-03-02T10:02:30.000Z.',
    ]);
    expect(words({ nextTryAt: undefined })[0]).toMatch(/503\. It is being tried again now\.$/);
  });

  it('is told from the third failure on', () => {
    expect([1, 2, 3].map((tries) => words({ tries }).length)).toEqual([0, 0, 1]);
  });

  it('is none where it still waits, or looks for a while for what a person may have to mend', () => {
    expect(words({ step: 'awaitMerge', tries: 277, failure: { ...failure, isBenign: true } })).toEqual([]);
    expect(words({ step: 'readPlatform', failure: { ...failure, type: 'NotFound' } })).toEqual([]);
    expect(words({ failure: undefined })).toEqual([]);
  });

  it('that looks again and again is told when three looks in a row have failed', () => {
    const since = '2026-03-02T10:01:00.000Z';
    const look = (failures: number) => words({ step: 'awaitMerge', tries: 277, failing: { failures, since } });
    expect(look(2)).toEqual([]);
    expect(look(3)[0]).toContain('may be merged, 3 times since 2026-03-02T10:01:00.000Z: The forge');
  });

  it('that looks again and again is told with its latest look where its worker does not count', () => {
    expect(words({ step: 'awaitMerge', tries: 277 })[0]).toBe(
      'qa: could not see whether the request may be merged at 2026-03-02T10:02:00.000Z: The forge answers 503. It is tried again at 2026-03-02T10:02:30.000Z.',
    );
  });

  it('whose worker was lost says so, and an error without a type is a defect', () => {
    const lost = { message: 'activity Heartbeat timeout', isBenign: false, isTimeout: true };
    const [timeout] = stepTroubles([pending({ failure: lost })]);
    expect(timeout?.failure).toEqual({
      type: 'Unavailable',
      message: 'its worker was lost in the middle, or took too long (activity Heartbeat timeout)',
    });
    expect(stepTroubles([pending({ failure: { ...failure, type: 'Error' } })])[0]?.failure.type).toBe('Internal');
  });

  it('says no more than a line, and keeps the cause at the end', () => {
    const [long = ''] = words({ failure: { ...failure, message: `${'very '.repeat(500)}\n  broken` } });
    expect(long.length).toBeLessThan(600);
    expect(long).toMatch(/broken\. It is tried/);
  });
});

describe('The environment of a step', () => {
  it('is part of its id, whatever it is called; a step about all of them has none', () => {
    for (const name of ['qa', 'eu/west', 'a#1']) expect(environmentOfStep(stepId(name, '1a2b3c4d'))).toBe(name);
    expect(environmentOfStep(stepId(undefined, '1a2b3c4d'))).toBeUndefined();
    expect(words({ environment: undefined })[0]).toMatch(/^could not open the pull request, 7 times/);
  });

  it('is not known of a step that a worker of another release made', () => {
    expect(environmentOfStep('12')).toBeUndefined();
  });
});

describe('The words of a step', () => {
  it('are known for every step that there is', () => {
    const activities = new URL('../../../../src/activities/', import.meta.url);
    const contracts = readdirSync(activities, { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('/contract.ts'),
    );
    const text = contracts.map((name) => readFileSync(new URL(name, activities), 'utf8')).join('\n');
    const steps = [...text.matchAll(/^ {2}(\w+)\(\w+: [^)]*\): Promise</gm)].map(([, name]) => name);
    expect(steps.length).toBeGreaterThan(20);
    expect(Object.keys(stepWords).toSorted()).toEqual(steps.toSorted());
  });
});

describe('An operation in trouble', () => {
  const troubles = stepTroubles([pending()]);

  it('says so below its environments, and in a log once, however often it fails', () => {
    const view = { ...viewOf('promotion', 'running'), troubles };
    expect(operationLines(view).at(-1)).toMatch(/^ {2}qa: could not open the pull request, 7 times/);
    const later = { ...view, troubles: stepTroubles([pending({ tries: 8, nextTryAt: undefined })]) };
    const other = { ...view, troubles: stepTroubles([pending({ failure: { ...failure, message: 'full' } })]) };
    expect(changedLines(viewOf('promotion', 'running'), view)).toHaveLength(1);
    expect(changedLines(view, later)).toEqual([]);
    expect(changedLines(view, other)).toHaveLength(1);
  });

  it('has the code of what fails, unless a person must decide', () => {
    expect(exitCodeOfOperation({ ...viewOf('promotion', 'running'), troubles })).toBe(3);
    expect(exitCodeOfOperation({ ...viewOf('promotion', 'running', { state: 'awaiting approval' }), troubles })).toBe(
      4,
    );
    const defect = stepTroubles([pending({ failure: { ...failure, type: 'Internal' } })]);
    expect(exitCodeOfOperation({ ...viewOf('promotion', 'running'), troubles: defect })).toBe(1);
    expect(exitCodeOfOperation({ ...viewOf('promotion', 'promoted'), troubles: defect })).toBe(0);
  });
});
