import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { objectsPage } from '../../../src/fleet/flux/objects/named-objects.ts';
import { kustomizationSchema } from '../../../src/fleet/flux/schemas.ts';
import { pullRequestsSchema as requestsOfGitea } from '../../../src/forge/gitea/schemas.ts';
import { reviewsSchema } from '../../../src/forge/github/rules/schemas.ts';
import { pullRequestsSchema as requestsOfGitHub } from '../../../src/forge/github/schemas.ts';
import { listOf, textsByName } from '../../../src/text/json-lists.ts';

describe('A list in what others answer', () => {
  const numbers = z.object({ numbers: listOf(z.object({ of: z.int().default(7) })) });

  it('is read as its schema says', () => {
    expect(numbers.parse({ numbers: [{ of: 1, more: true }, {}] })).toEqual({ numbers: [{ of: 1 }, { of: 7 }] });
  });

  it('is refused with the place of its first fault, and with no other', () => {
    const { error } = numbers.safeParse({ numbers: [{}, { of: 'one' }, { of: 'two' }] });
    expect(error?.issues).toMatchObject([{ path: ['numbers', 1, 'of'], message: expect.stringMatching(/expected/) }]);
  });
});

describe('A map of texts in what others answer', () => {
  it('is read where all of it are texts', () => {
    expect(textsByName().parse({ one: 'a', two: '' })).toEqual({ one: 'a', two: '' });
    for (const wrong of [{ one: 1 }, ['a'], null, 'a']) expect(textsByName().safeParse(wrong).success).toBe(false);
  });
});

describe('Very many faults', () => {
  const many: readonly object[] = Array.from({ length: 20_000 }, () => ({}));
  const named = Object.fromEntries(many.map((_, index) => [`n${index}`, index]));
  const kustomization = { metadata: { name: 'a', namespace: 'b' }, spec: { sourceRef: { kind: 'A', name: 'b' } } };
  const { metadata, spec } = kustomization;

  it.each<[string, z.ZodType, unknown]>([
    ['in conditions', kustomizationSchema, { ...kustomization, status: { conditions: many } }],
    ['in a history', kustomizationSchema, { ...kustomization, status: { history: many } }],
    ['in annotations', kustomizationSchema, { ...kustomization, metadata: { ...metadata, annotations: named } }],
    ['in health checks', kustomizationSchema, { ...kustomization, spec: { ...spec, healthChecks: many } }],
    ['in objects', objectsPage, { metadata: {}, items: many }],
    ['in requests on GitHub', requestsOfGitHub, many],
    ['in reviews', reviewsSchema, many],
    ['in requests on Gitea', requestsOfGitea, many],
  ])('%s are not described one by one', (_, schema, value) => {
    const { error } = schema.safeParse(value);
    expect(error?.issues.length).toBeGreaterThan(0);
    expect(error?.issues.length).toBeLessThan(20);
  });
});
