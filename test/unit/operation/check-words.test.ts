import { describe, expect, it } from 'vitest';
import { acceptedWords, checkNotes } from '../../../src/operation/check-words.ts';
import { operationDetails } from '../../../src/operation/details.ts';
import type { EnvironmentStatus } from '../../../src/operation/status.ts';
import { promotionWith } from './status-examples.ts';

const clusters = [{ name: 'prod-1', state: 'failed', awaited: 'Job smoke failed' }] as const;
const accepted = { by: 'ann', at: '', reason: 'known', clusters: ['prod-1'] };

function statusWith(change: Partial<EnvironmentStatus>): EnvironmentStatus {
  const [status] = promotionWith({ state: 'verifying', message: 'it is checked', ...change }).environments;
  if (!status) throw new Error('a promotion has an environment');
  return status;
}

describe('A check', () => {
  it('names the clusters on which it has not passed, and counts those that are not listed', () => {
    expect(checkNotes(statusWith({ check: { name: 'Job/smoke', clusters, open: 30 } }))).toEqual([
      'prod-1, Job/smoke failed: Job smoke failed',
      'Job/smoke has not passed on 29 more clusters',
    ]);
    expect(checkNotes(statusWith({ check: { name: 'https://a.example', clusters: [], open: 0 } }))).toEqual([]);
    expect(checkNotes(statusWith({}))).toEqual([]);
  });

  it('stands in the details', () => {
    const check = { name: 'Job/smoke', clusters, open: 1 };
    expect(operationDetails(promotionWith({ state: 'verifying', check }))).toContain('  - prod-1, Job/smoke failed: ');
  });

  it('is what a person accepts, with its clusters; without a check these are the unhealthy clusters', () => {
    const check = { name: 'Job/smoke', clusters, open: 1 };
    expect(acceptedWords(statusWith({ accepted, check }))).toBe('that Job/smoke has not passed (prod-1)');
    expect(acceptedWords(statusWith({ accepted: { ...accepted, clusters: [] }, check }))).toBe(
      'that Job/smoke has not passed',
    );
    expect(acceptedWords(statusWith({ accepted }))).toBe('prod-1');
  });
});
