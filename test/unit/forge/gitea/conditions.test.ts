import { describe, expect, it } from 'vitest';
import { createWildcards } from '../../../../src/forge/gitea/rules/wildcard.ts';
import { pullRequestJson, recordedForge } from './recorded-forge.ts';

const branch = {
  protected: true,
  required_approvals: 2,
  enable_status_check: true,
  status_check_contexts: ['e2e', 'ci/*', 'lint', 'later'],
  user_can_merge: true,
};
const statuses = [
  { context: 'e2e', status: 'success' },
  { context: 'ci/unit', status: 'success' },
  { context: 'ci/build', status: 'warning', updated_at: '2026-11-30T06:00:00Z' },
  { context: 'lint', status: 'pending', updated_at: '2026-11-30T06:01:00Z' },
];
const by = (login: string, state: string, more: object = {}) => ({ state, user: { login }, official: true, ...more });

describe('What a request on Gitea lacks', () => {
  it('is read from its branch, its statuses and its reviews', async () => {
    const { forge } = recordedForge({
      'GET /pulls/7$': { json: pullRequestJson() },
      'GET /branches/qa': { json: branch },
      'GET /commits/a+/status': { json: { statuses } },
      'GET /pulls/7/reviews': {
        json: [
          by('ann', 'REQUEST_CHANGES'),
          by('ann', 'APPROVED'),
          by('bob', 'APPROVED', { official: false }),
          by('carl', 'APPROVED', { dismissed: true }),
          by('dora', 'REQUEST_CHANGES', { submitted_at: '2026-11-30T06:02:00Z' }),
          by('emil', 'COMMENT'),
          { state: 'REQUEST_REVIEW', team: { name: 'sre' }, submitted_at: '2026-11-30T06:03:00Z' },
        ],
      },
    });
    expect(await forge.mergeConditions?.(7)).toEqual({
      rules: {
        checks: ['e2e', 'ci/*', 'lint', 'later'],
        approvals: 2,
        bindsApprovals: false,
        codeOwners: false,
        queue: false,
        others: [],
        isPartial: true,
      },
      checks: [
        { name: 'e2e', state: 'green' },
        { name: 'ci/*', state: 'failed', since: '2026-11-30T06:00:00Z' },
        { name: 'lint', state: 'running', since: '2026-11-30T06:01:00Z' },
        { name: 'later', state: 'expected' },
      ],
      approvedBy: ['ann'],
      changesRequestedBy: [{ name: 'dora', since: '2026-11-30T06:02:00Z' }],
      reviewAwaitedFrom: [{ name: 'acme/sre', since: '2026-11-30T06:03:00Z' }],
    });
  });

  it('is not known where patterns and names take very many steps', async () => {
    const { forge } = recordedForge({
      'GET /pulls/7$': { json: pullRequestJson() },
      'GET /branches/qa': {
        json: { ...branch, required_approvals: 0, status_check_contexts: [`*${'a'.repeat(20_000)}b`, 'e2e'] },
      },
      'GET /commits/a+/status': { json: { statuses: [{ context: 'a'.repeat(200_000), status: 'success' }] } },
    });
    const start = performance.now();
    const found = await forge.mergeConditions?.(7);
    expect(found?.checks.map(({ state }) => state)).toEqual(['expected', 'expected']);
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  it('costs two calls where no rule asks for anything', async () => {
    const { forge, calls } = recordedForge({
      'GET /pulls/7$': { json: pullRequestJson() },
      'GET /branches/qa': { json: { protected: false, status_check_contexts: null } },
    });
    expect(await forge.mergeConditions?.(7)).toMatchObject({ rules: { checks: [], approvals: 0 }, checks: [] });
    expect(calls()).toHaveLength(2);
  });

  it('is unknown where the branch may not be read', async () => {
    const { forge } = recordedForge({ 'GET /branches/qa': { status: 404 } });
    expect(await forge.branchRules?.('qa')).toBeUndefined();
  });
});

describe('The pattern of a required status', () => {
  it.each([
    ['e2e', 'e2e', true],
    ['e2e', 'e2e2', false],
    ['ci/*', 'ci/unit/linux', true],
    ['ci/*', 'ci', false],
    ['*e2e*', 'the e2e tests', true],
    ['a*b*c', 'a-b-b-c', true],
    ['a*b*c', 'a-b-b', false],
    ['te?t', 'test', true],
    ['te?t', 'tet', false],
    ['*', '', true],
    ['', '', true],
    ['', 'x', false],
  ])('%j and %j: %s', (pattern, name, matches) => {
    expect(createWildcards().matches(pattern, name)).toBe(matches);
  });
});
