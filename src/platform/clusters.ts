import { z } from 'zod';
import { groupPath, map, type Single, text, withoutRepeats } from './fields.ts';
import type { MaxUnavailable } from './types.ts';

const clustersRemedy =
  'List the clusters as `- { name: prod-us-1, group: us/east }`, or write `clusters: none` to verify nothing.';

const emptyRemedy =
  'An empty list may be a mistake, so it is refused: list the clusters as `- { name: prod-us-1, group: us/east }`, or write `clusters: none` to verify nothing.';

const cluster = map({
  name: text(
    /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,252}$/,
    'Write the name of the cluster: letters, digits and "._:/@-", beginning with a letter or digit.',
  ).describe('The name of the cluster, and its kubeconfig context where `context` names no other.'),
  group: groupPath.describe('The cluster group whose folder Flux applies there.'),
  context: text(/^[!-~]{1,500}$/, 'Write the name of a kubeconfig context, without spaces.')
    .optional()
    .describe('The kubeconfig context. Default: the name.'),
});

/**
 * The field `clusters`. It is never empty by accident, and no cluster stands for another one: two entries of one group
 * with one context would make the health of a single cluster count twice.
 */
export const clustersField = z.union(
  [
    z.literal('none'),
    withoutRepeats(z.array(cluster, { error: clustersRemedy }).min(1, { error: emptyRemedy }), clusterIdentities),
  ],
  { error: clustersRemedy },
);

function clusterIdentities(clusters: readonly unknown[]): readonly Single[] {
  const named = clusters.map((each) => partial.safeParse(each).data);
  const names = named.flatMap((each, index) =>
    each === undefined
      ? []
      : [
          {
            key: each.name,
            path: [index, 'name'],
            message: `Another cluster has this name already. Give every cluster its own.`,
          },
        ],
  );
  const contexts = named.flatMap((each, index) =>
    each === undefined || named.findIndex((other) => other?.name === each.name) < index
      ? []
      : [
          {
            key: `${each.context ?? each.name}\n${each.group}`,
            path: [index, 'context'],
            message: `Another cluster of group ${each.group} has the kubeconfig context "${each.context ?? each.name}" already, so one cluster would be counted twice. Name another context.`,
          },
        ],
  );
  return [...names, ...contexts];
}

const partial = z.object({ name: z.string(), group: z.string().optional(), context: z.string().optional() });

/** The field `withoutClusters`. */
export const waivedGroups = withoutRepeats(
  z.array(groupPath, { error: 'List the groups that have no cluster.' }),
  (groups) =>
    groups.flatMap((group, index) =>
      typeof group === 'string' ? [{ key: group, path: [index], message: 'It stands here twice. Name it once.' }] : [],
    ),
);

const unavailableRemedy =
  'Write a number of clusters such as 1, or a share of them such as 10%; 100 % would verify nothing.';

/** The field `maxUnavailable`: `2`, or `10%`. */
export const maxUnavailableField = z.union(
  [
    z.number({ error: unavailableRemedy }).int({ error: unavailableRemedy }).min(0, { error: unavailableRemedy }),
    text(/^[1-9]?\d%$/, unavailableRemedy),
  ],
  { error: unavailableRemedy },
);

/** Reads what a file says of `maxUnavailable`. */
export function maxUnavailable(written: number | string): MaxUnavailable {
  return typeof written === 'number' ? { clusters: written } : { percent: Number.parseInt(written, 10) };
}
