import { describe, expect, it } from 'vitest';
import { operationLines } from '../../../../src/cli/view/view.ts';
import { boundedResult } from '../../../../src/operation/bounded/bounded-result.ts';
import { boundedEnvironments } from '../../../../src/operation/bounded/bounded-status.ts';
import { operationDetails } from '../../../../src/operation/details.ts';
import type { EnvironmentStatus } from '../../../../src/operation/status.ts';
import { limits } from '../../../../src/platform/limits.ts';
import { listedLimit, textLimits } from '../../../../src/text/message-text.ts';
import { promotionWith, sha } from '../status-examples.ts';

/** A letter that takes three bytes, as many letters of other scripts do. */
const wide = '語';
const words = (bytes: number, index = 0) => `${index} ${wide.repeat(Math.floor(bytes / 3) - 2)}`;
const name = (index: number) => `${index}-${'n'.repeat(textLimits.name - 8)}`;
const url = (index: number) => `https://forge.test/${'u'.repeat(textLimits.url - 40)}/${index}`;
const many = <T>(count: number, make: (index: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, index) => make(index));
const at = '2026-01-02T03:04:05.678Z';
const signature = { by: words(textLimits.text), at, reason: words(textLimits.text) };
/** What a step answers in one text, and how many of them it answers at most. */
const told = (count: number) => many(count, (index) => words(limits.answerTextBytes, index));

/** An environment of which everything is said at its longest. */
function longest(index: number): EnvironmentStatus {
  const hold = { by: words(12_000), reason: words(12_000), since: at, until: at, config: true, revert: sha('d') };
  const clusters = many(20, (each) => ({
    name: name(each),
    state: 'failed' as const,
    awaited: words(900),
    group: name(each),
  }));
  const groups = many(listedLimit, (each) => ({ group: name(each), failed: 1, unknown: 1, pending: 1 }));
  return {
    environment: name(index),
    stage: 0,
    state: 'needs attention',
    since: at,
    main: sha('a'),
    operation: 'promotion',
    config: sha('b'),
    gitops: { repository: url(0), branch: name(index) },
    previous: { main: sha('a'), config: sha('b') },
    request: {
      number: index,
      url: url(index),
      branch: `deploy/${sha('a')}/${name(index)}`,
      head: sha('c'),
      merge: 'approval',
      open: true,
      removals: {
        removed: 20,
        before: 40,
        objects: many(20, (each) => `ReplicationController${'k'.repeat(40)} ${name(each)}`),
        guarded: 20,
        groups: many(20, (each) => ({ group: name(each), clusters: 100, keeps: true as const })),
        emptied: 20,
      },
    },
    mergeCommit: sha('c'),
    mergedBy: words(500),
    deployedAs: sha('c'),
    approval: { ...signature, head: sha('c'), override: true, removals: true },
    accepted: { ...signature, clusters: many(listedLimit, name), groups: many(listedLimit, name), allUnknown: true },
    fleet: {
      total: 10_000,
      healthy: 0,
      others: clusters,
      groups,
      leftOut: many(listedLimit, name),
      warnings: told(20),
    },
    check: { name: words(900), clusters, open: 10_000, groups },
    hold,
    override: signature,
    waitingFor: told(50),
    ignoredNotes: told(20),
    overwritten: told(20),
    unlabelled: words(limits.answerTextBytes),
    message: `held by ${hold.by}: ${hold.reason}`,
  };
}

const all = many(150, longest);
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

describe('What all environments of an operation say together', () => {
  it('stays as it is where Temporal hands it on', () => {
    const one = [longest(0)];
    expect(bytes(one)).toBeGreaterThan(limits.statusBytes);
    const small = many(
      150,
      (index) =>
        promotionWith({ environment: name(index), message: words(3_000) }).environments[0] as EnvironmentStatus,
    );
    expect(boundedEnvironments(small)).toBe(small);
  });

  it.each([1, 2, 10, 50, 150])('is small with everything at its longest, of %s environments', (count) => {
    const bounded = boundedEnvironments(all.slice(0, count));
    expect(bytes(bounded)).toBeLessThanOrEqual(limits.statusBytes);
    expect(bounded.map(({ environment }) => environment)).toEqual(many(count, name));
  });

  it('keeps states, names, ids and addresses whole, and says how much of a list is left out', () => {
    const whole = longest(7);
    const [bounded] = boundedEnvironments(all).slice(7);
    const { environment, state, main, config, gitops, mergeCommit } = whole;
    expect(bounded).toMatchObject({ environment, state, main, config, gitops, mergeCommit });
    expect(bounded?.request).toMatchObject({ number: 7, url: url(7), branch: whole.request?.branch, head: sha('c') });
    expect(bounded?.fleet).toMatchObject({ total: 10_000, healthy: 0, groups: undefined });
    expect(bounded?.accepted?.clusters.slice(-1)).toEqual([`… and ${listedLimit} more`]);
    expect(bounded?.waitingFor.at(-1)).toBe('… and 50 more');
    expect(bounded?.accepted).toMatchObject({ at, allUnknown: true });
  });

  it('is read as one short paragraph for each environment, which says a hold once', () => {
    const environments = boundedEnvironments(all);
    const { id, kind, platform, commit, subject, startedAt } = promotionWith({});
    const view = {
      id,
      kind,
      platform,
      commit,
      subject,
      state: 'running' as const,
      startedAt,
      environments,
      refusals: [],
    };
    const lines = operationLines(view);
    expect(lines.length).toBeLessThanOrEqual(1 + 150 * 25);
    // Names are whole; of words, a line or two are left.
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(2_000);
    expect(lines.filter((line) => /^\s+held by/.test(line))).toHaveLength(150);
    expect(operationDetails({ ...promotionWith({}), environments }).length).toBeLessThanOrEqual(20_000);
  });

  it('is a result that a history takes, with the beginning and the end of how all of them ended', () => {
    const result = boundedResult('aborted', { environments: all, subject: words(4_000) });
    expect(bytes(result)).toBeLessThanOrEqual(limits.statusBytes + limits.resultWordsBytes + 10_000);
    expect(result.message.startsWith(`${name(0)} needs attention: held by`)).toBe(true);
    expect(result.message).toContain('…');
    expect(boundedResult('aborted', { environments: [], subject: '' }, 'ann: a mistake').message).toBe(
      'ann: a mistake',
    );
  });
});
