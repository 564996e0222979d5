import { describe, expect, it } from 'vitest';
import type { OpenOrder } from '../../../../src/activities/pull-request/contract.ts';
import { guardSection } from '../../../../src/activities/pull-request/guard-text.ts';
import type { GuardedRemovals } from '../../../../src/operation/guard/removals.ts';

const sha = (digit: string) => digit.repeat(40);
const removals: GuardedRemovals = {
  removed: 40,
  before: 100,
  share: 0.2,
  objects: ['Namespace shop'],
  guarded: 3,
  groups: [{ group: 'us/lab', clusters: 2, keeps: true }],
  emptied: 1,
};

function section(order: Partial<OpenOrder> = {}): string {
  return guardSection({
    source: 'https://forge.test/acme/platform',
    environment: 'prod',
    gitops: { repository: 'https://forge.test/acme/gitops', branch: 'prod' },
    revision: { main: sha('a'), config: sha('c') },
    operation: 'promotion',
    commit: sha('b'),
    branch: `deploy/${sha('a')}/prod`,
    base: sha('3'),
    waiting: [],
    workflowId: 'promote/acme/platform/a',
    merge: 'approval',
    reference: 'aaaaaaaa',
    removals,
    ...order,
  });
}

describe('What a request says of removals', () => {
  it('is all that the guard names, what Flux keeps and how to remove that, and the very command', () => {
    expect(section().split('\n')).toEqual([
      '> **This removes what the guard of `prod` names:**',
      '> - `Namespace shop`',
      '> - … and 2 more objects of these kinds',
      expect.stringMatching(
        /^> - all objects of the group `us\/lab`, in which 2 clusters are listed\. .*\*\*keeps what runs there\*\*.* put `us\/lab\/kustomization\.yaml` with `resources: \[\]`/,
      ),
      '> - 40 of 100 objects, each counted once for each cluster that has it; more than 20 % needs an approval',
      '>',
      '> If that is meant: `fairlead approve aaaaaaaa prod --head bbbbbbbb --removals`',
    ]);
  });

  it('asks a person under manual, and nobody for a rollback', () => {
    expect(section({ merge: 'manual' })).toMatch(/> Merge it only if that is meant\.$/);
    expect(section({ operation: 'rollback' })).toMatch(/> Asking for the rollback counts as the approval of this\.$/);
    expect(section({ operation: 'rollback', removals: { ...removals, byConfig: true } })).toMatch(
      /> It is today's config that removes it, which is not deployed yet: asking for the rollback is no approval of that\. If that is meant: `fairlead approve/,
    );
    expect(section({ operation: 'rollback' })).not.toContain('fairlead approve');
  });

  it('is nothing where nothing of that goes', () => {
    expect(section({ removals: undefined })).toBe('');
  });

  it('offers no empty kustomization where there is one', () => {
    const emptied = section({ removals: { ...removals, groups: [{ group: 'us/lab', clusters: 1 }] } });
    expect(emptied).toContain('`us/lab`, in which 1 cluster is listed\n');
  });

  it('is not broken by names, and mentions nobody', () => {
    const text = section({ removals: { ...removals, objects: ['Namespace `@all` #1\n> x'] } });
    expect(text).not.toMatch(/@all|#1/);
    expect(text.split('\n')).toHaveLength(section().split('\n').length);
  });
});
