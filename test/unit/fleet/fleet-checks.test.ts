import { describe, expect, test } from 'vitest';
import { checkGroups, clustersWithoutGroup, groupsWithoutCluster } from '../../../src/fleet/groups.ts';
import { summarizeFleet } from '../../../src/fleet/summary.ts';
import type { ClusterState, ClusterVerdict } from '../../../src/fleet/types.ts';
import type { Cluster } from '../../../src/platform/types.ts';

function verdict(state: ClusterState, failedAtRevision?: boolean): ClusterVerdict {
  return {
    state,
    awaited: state === 'healthy' ? '' : 'something',
    ...(failedAtRevision !== undefined && { failedAtRevision }),
  };
}

describe('the summary of a fleet', () => {
  test('counts every state', () => {
    const fleet = [
      verdict('healthy'),
      verdict('healthy'),
      verdict('pending'),
      verdict('failed', true),
      verdict('unknown'),
    ];
    expect(summarizeFleet(fleet)).toEqual({
      total: 5,
      healthy: 2,
      pending: 1,
      failed: 1,
      unknown: 1,
      allHealthy: false,
      failedAtRevision: true,
    });
  });

  test('is healthy only when every cluster is, and there is one', () => {
    expect(summarizeFleet([verdict('healthy')]).allHealthy).toBe(true);
    expect(summarizeFleet([verdict('healthy'), verdict('unknown')]).allHealthy).toBe(false);
    expect(summarizeFleet([]).allHealthy).toBe(false);
  });

  test('blames the revision only when every failed cluster does', () => {
    expect(summarizeFleet([verdict('failed', true), verdict('failed', false)]).failedAtRevision).toBe(false);
    expect(summarizeFleet([verdict('failed')]).failedAtRevision).toBe(false);
    expect(summarizeFleet([verdict('pending')]).failedAtRevision).toBe(false);
  });
});

describe('clusters and rendered groups', () => {
  const cluster = (name: string, group: string): Cluster => ({ name, group, context: name });
  const policy = {
    name: 'prod',
    clusters: [cluster('one', 'us/east'), cluster('two', 'eu/west')],
    clustersWaived: false,
    withoutClusters: ['lab'],
  };

  test('a cluster for every group is in order', () => {
    expect(checkGroups(['us/east', 'eu/west'], policy)).toEqual({ errors: [], warnings: [] });
  });

  test('a rendered group without a cluster is an error that names it and the remedy', () => {
    expect(groupsWithoutCluster(['us/east', 'us/west', 'eu/west'], policy)).toEqual(['us/west']);
    expect(checkGroups(['us/east', 'us/west', 'eu/west'], policy).errors).toEqual([
      'Environment prod has no cluster in the rendered group us/west: add one under "clusters", or the group under "withoutClusters".',
    ]);
  });

  test('a waived group needs no cluster, and no group needs one where clusters are waived', () => {
    expect(checkGroups(['us/east', 'eu/west', 'lab'], policy).errors).toEqual([]);
    expect(checkGroups(['us/east'], { ...policy, clusters: [], clustersWaived: true }).errors).toEqual([]);
  });

  test('no clusters at all is an error', () => {
    expect(checkGroups(['us/east'], { ...policy, clusters: [] }).errors).toEqual([
      'Environment prod lists no clusters: list them under "clusters", or write "clusters: none" to verify nothing.',
    ]);
  });

  test('a cluster of a group that is not rendered yet is a warning', () => {
    expect(clustersWithoutGroup(['us/east'], policy).map(({ name }) => name)).toEqual(['two']);
    expect(checkGroups(['us/east'], policy)).toEqual({
      errors: [],
      warnings: ['Cluster two is in the group eu/west, for which nothing is rendered yet.'],
    });
  });
});
