import { TypedSearchAttributes } from '@temporalio/common';
import { expect, test } from 'vitest';
import { listedNames, moreNames } from '../../../src/operation/listed-names.ts';
import type { EnvironmentState, OperationStatus } from '../../../src/operation/status.ts';
import { missingAttributes, stateAttributes } from '../../../src/workflows/temporal/search-attributes.ts';
import { promotionWith } from './status-examples.ts';

const bytesOf = (names: readonly string[]) => Buffer.byteLength(names.join(''));

function attributesOf(states: readonly (readonly [string, EnvironmentState])[], more: Partial<OperationStatus> = {}) {
  const status = promotionWith({}, more);
  const [example] = status.environments;
  if (!example) throw new Error('the example has no environment');
  const environments = states.map(([environment, state]) => ({ ...example, environment, state }));
  const pairs = stateAttributes({ ...status, environments });
  return Object.fromEntries(pairs.map(({ key, value }) => [key.name, value]));
}

test('while it runs, the environments in which something is under way are listed, with their states', () => {
  const found = attributesOf([
    ['dev', 'promoted'],
    ['qa', 'soaking'],
    ['qa-2', 'soaking'],
    ['prod', 'waiting'],
  ]);
  expect(found).toEqual({ FairleadEnvironment: ['qa', 'qa-2'], FairleadState: ['soaking'] });
});

test('of an ended run those that it reached stay, with its outcome', () => {
  const ended = [
    ['dev', 'promoted'],
    ['qa', 'rejected'],
    ['prod', 'not reached'],
  ] as const;
  expect(attributesOf(ended, { state: 'rejected' })).toEqual({
    FairleadEnvironment: ['dev', 'qa'],
    FairleadState: ['rejected'],
  });
});

test('fifty environments with the longest names side by side are cut to 1,500 bytes, the last ones kept', () => {
  const names = Array.from({ length: 50 }, (_, index) => `${index}-`.padEnd(100, 'x'));
  const states = names.map((name) => [name, 'rolling out'] as const);
  const { FairleadEnvironment: listed = [] } = attributesOf(states) as Record<string, string[]>;
  expect(listed).toEqual([moreNames, ...names.slice(-14)]);
  expect(bytesOf(listed)).toBeLessThanOrEqual(1_500);
});

test('names are cut at thirty, and counted in bytes', () => {
  const shortSha = Array.from({ length: 31 }, (_, index) => `e${index}`);
  expect(listedNames(shortSha.slice(1))).toEqual(shortSha.slice(1));
  expect(listedNames(shortSha)).toEqual([moreNames, ...shortSha.slice(-29)]);
  const wide = Array.from({ length: 10 }, () => 'ø'.repeat(100));
  expect(bytesOf(listedNames(wide))).toBe(Buffer.byteLength(moreNames) + 7 * 200);
});

test('of very many names only the last ones are read, at each change of one of them', () => {
  let reads = 0;
  const names = new Proxy(
    Array.from({ length: 5_000 }, (_, index) => `e${index}`),
    {
      get: (list, key) => {
        if (/^\d+$/.test(String(key))) reads += 1;
        return Reflect.get(list, key) as unknown;
      },
    },
  );
  expect(listedNames(names)).toHaveLength(30);
  expect(reads).toBeLessThan(100);
});

test('what was started by hand names its own platform and commit', () => {
  const { kind, platform, commit } = promotionWith({}, { kind: 'promotion' });
  const pairs = missingAttributes({ kind, platform, commit }, new TypedSearchAttributes([]));
  expect(pairs.map(({ key, value }) => [key.name, value])).toEqual([
    ['FairleadPlatform', platform],
    ['FairleadCommit', commit],
  ]);
  expect(missingAttributes({ kind, platform, commit }, new TypedSearchAttributes(pairs))).toEqual([]);
  expect(missingAttributes({ kind: 'rollback', platform, commit }, new TypedSearchAttributes([]))).toHaveLength(1);
});
