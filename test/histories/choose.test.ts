import { expect, test } from 'vitest';
import { chooseScenarios } from './record/choose.ts';

/** A history of one workflow that ran these steps. */
function ran(...steps: readonly string[]) {
  const started = {
    eventType: 'STARTED',
    eventTime: { seconds: '1' },
    startedAttributes: { workflowType: { name: 'W' }, identity: '7@host' },
  };
  const queue = { eventType: 'TASK', taskAttributes: { taskQueue: { name: `7@host-${'0a'.repeat(16)}` } } };
  const scheduled = steps.map((name) => ({ eventType: 'STEP', stepAttributes: { activityType: { name } } }));
  const failed = { eventType: 'FAILED', failedAttributes: { failure: { message: 'no', stackTrace: 'at /home/x' } } };
  return { events: [started, queue, ...scheduled, failed] };
}

const kept = (name: string, test: string, ...histories: readonly object[]) => ({
  file: `/root/test/${name}.test.ts`,
  test,
  executions: histories.map((history, index) => ({ workflowId: `${test} ${index}`, history })),
});

const ofW = { directory: '/root/test', types: ['W'] };

test('what a replay cannot tell apart is kept once, by the order of files and tests', () => {
  const tests = [
    kept('b/y', 'second', ran('one'), ran('two', 'three')),
    kept('b/y', 'first', ran('two'), ran('one')),
    kept('a', 'only', ran('one')),
  ];
  const chosen = [...chooseScenarios(tests, ofW)];
  expect(chosen.map(([file, scenarios]) => [file, scenarios.map(({ workflowId }) => workflowId)])).toEqual([
    ['a', ['only 0']],
    ['b/y', ['first 0', 'second 1']],
  ]);
});

test('what says where it was recorded is left out', () => {
  const [scenario] = chooseScenarios([kept('a', 'only', ran('one'))], ofW).get('a') ?? [];
  const text = JSON.stringify(scenario);
  expect(text).toContain('"name":"W"');
  expect(text).toContain('"message":"no"');
  expect(text).toContain('"name":"worker-0a0a');
  for (const secret of ['7@host', 'identity', 'stackTrace']) expect(text).not.toContain(secret);
});

test('what a test has run of its own is left out', () => {
  expect(chooseScenarios([kept('a', 'only', ran('one'))], { ...ofW, types: ['X'] }).size).toBe(0);
});
