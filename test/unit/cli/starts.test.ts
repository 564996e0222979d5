import { describe, expect, it } from 'vitest';
import { checkStartOrder, configStart, promotionStart, rollbackStart } from '../../../src/cli/temporal/starts.ts';

const source = 'https://forge.test/acme/platform';
const commit = 'a'.repeat(40);
const rollback = { source, environment: 'dev', by: 'ann', reason: 'x', config: 'today', force: false } as const;

describe('A command', () => {
  it('starts what a workflow takes', () => {
    for (const order of [
      promotionStart('acme/platform', { source, commit }, false),
      configStart('acme/platform', { source, commit, environment: 'é'.repeat(127) }),
      rollbackStart('acme/platform', rollback),
    ])
      expect(() => checkStartOrder(order)).not.toThrow();
  });

  it.each([
    [
      configStart('acme/platform', { source, commit, environment: 'é'.repeat(128) }),
      /ApplyConfig cannot be started: environment is "é+…é+", expected a text of at most 255 bytes\./,
    ],
    [
      rollbackStart('acme/platform', { ...rollback, by: '\ud800' }),
      /RollbackEnvironment cannot be started: a text in it has half a character\./,
    ],
    [
      promotionStart('é'.repeat(500), { source, commit }, false),
      /its id would have 1049 bytes, at most 1000 are allowed: promote\/.* Give the repository/,
    ],
  ])('says before it asks Temporal what its workflow would refuse', (order, words) => {
    expect(() => checkStartOrder(order)).toThrow(words);
  });
});
