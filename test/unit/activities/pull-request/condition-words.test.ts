import { describe, expect, it } from 'vitest';
import { conditionWords } from '../../../../src/activities/pull-request/waiting/condition-words.ts';
import type { BranchRules, MergeConditions } from '../../../../src/forge/port.ts';

const rules: BranchRules = {
  checks: [],
  approvals: 0,
  bindsApprovals: false,
  codeOwners: false,
  queue: false,
  others: [],
};

function words({
  rules: changed,
  ...more
}: Partial<Omit<MergeConditions, 'rules'>> & { rules?: Partial<BranchRules> }) {
  const nothing = { checks: [], approvedBy: [], changesRequestedBy: [], reviewAwaitedFrom: [] };
  return conditionWords({ ...nothing, ...more, rules: { ...rules, ...changed } });
}

const check = (name: string, state: MergeConditions['checks'][number]['state'], since?: string) => ({
  name,
  state,
  ...(since && { since }),
});

describe('What a request lacks, in words', () => {
  it('is nothing where all is there', () => {
    expect(words({})).toBe('');
    expect(words({ checks: [check('build', 'green')], rules: { approvals: 1 }, approvedBy: ['ann'] })).toBe('');
  });

  it('tells which checks are not green, the failed ones first, and since when', () => {
    const at = '2026-11-30T05:41:12Z';
    expect(words({ checks: [check('build', 'green'), check('lint', 'green'), check('e2e', 'running', at)] })).toBe(
      `2 of 3 required checks are green, \`e2e\` is running since ${at}`,
    );
    expect(words({ checks: [check('scan', 'expected'), check('e2e', 'running'), check('lint', 'failed', at)] })).toBe(
      `0 of 3 required checks are green, \`lint\` failed since ${at}, \`e2e\` is running, \`scan\` has not reported`,
    );
  });

  it('tells whose review is missing, and since when', () => {
    const at = '2026-11-30T05:41:12Z';
    expect(words({ rules: { approvals: 2 }, approvedBy: ['ann'] })).toBe('1 of 2 approvals');
    expect(
      words({ rules: { approvals: 1 }, reviewAwaitedFrom: [{ name: 'ann', since: at }, { name: 'acme/sre' }] }),
    ).toBe(`0 of 1 approval (asked: ann since ${at}, acme/sre)`);
    expect(
      words({
        rules: { approvals: 2, codeOwners: true },
        approvedBy: ['ann'],
        openedAt: at,
        reviewAwaitedFrom: [{ name: 'acme/sre' }],
      }),
    ).toBe(`1 of 2 approvals, code owner review missing (asked: acme/sre), open since ${at}`);
    expect(words({ rules: { codeOwners: true }, reviewAwaitedFrom: [{ name: 'bob' }], approvedBy: ['ann'] })).toBe(
      'code owner review missing (asked: bob)',
    );
    expect(
      words({ rules: { approvals: 1 }, approvedBy: ['ann'], changesRequestedBy: [{ name: 'eve', since: at }] }),
    ).toBe(`changes are asked for by eve since ${at}`);
  });

  it('names other rules, and that some are not shown, beside what is missing', () => {
    expect(words({ rules: { others: ['signed commits'], isPartial: true } })).toBe(
      "required are also signed commits · some rules are not shown to the worker's account",
    );
    expect(words({ rules: { isPartial: true } })).toBe('');
  });

  it('has one line, and bounds what a forge names', () => {
    const many = Array.from({ length: 30 }, (_, index) => check(`check\n${index} ${'x'.repeat(500)}`, 'failed'));
    const said = words({ checks: many });
    expect(said).not.toContain('\n');
    expect(said).toContain(' and 25 more');
    expect(said.length).toBeLessThan(1_200);
  });
});
