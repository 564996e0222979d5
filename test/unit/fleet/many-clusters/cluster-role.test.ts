import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { clusterRole } from '../../../../src/fleet/flux/cluster-role.ts';
import { clusterResources, ruleFor } from '../../../../src/fleet/flux/resources.ts';

const page = readFileSync(new URL('../../../../docs/fleet.md', import.meta.url), 'utf8');

test('docs/fleet.md shows the ClusterRole that the code needs, and no other', () => {
  const [shown] = /```yaml\n(apiVersion: rbac[^`]*)```/.exec(page)?.slice(1) ?? [];
  expect(shown).toBe(clusterRole());
});

test('the ClusterRole allows each verb that is used of each kind that is read', () => {
  const { rules } = parse(clusterRole()) as { readonly rules: readonly Record<string, readonly string[]>[] };
  for (const { group, plural, verbs } of Object.values(clusterResources)) {
    for (const verb of Object.keys(verbs)) {
      expect(rules).toContainEqual({ apiGroups: [group], resources: [plural], verbs: [verb] });
    }
  }
});

test('the rule that is missing is one that a ClusterRole takes', () => {
  const resource = clusterResources.kustomizations;
  expect(parse(ruleFor({ verb: 'patch', resource }))).toEqual({
    apiGroups: ['kustomize.toolkit.fluxcd.io'],
    resources: ['kustomizations'],
    verbs: ['patch'],
  });
});
