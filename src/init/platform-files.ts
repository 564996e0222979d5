import { stringify } from 'yaml';
import { version } from '../version.ts';
import type { NewEnvironment, NewPlatform } from './types.ts';

/** The group of clusters that are told apart by nothing. */
export const defaultGroup = 'all';

/** Writes `fairlead.yaml` of main. */
export function platformFile({ name, source, gitops, environments }: Omit<NewPlatform, 'forge'>): string {
  const stages = environments.map((each) => each.name);
  return [
    schemaLine('platform'),
    'apiVersion: fairlead.dev/v1',
    'kind: Platform',
    `name: ${scalar(name)}`,
    ...(source === undefined ? [] : [`source: ${flow({ repository: source })}`]),
    `gitops: ${flow({ repository: gitops })}`,
    `stages: ${flow(stages)}`,
    '',
  ].join('\n');
}

/** Writes `fairlead.yaml` of a config branch. */
export function environmentFile({ merge, clusters }: Omit<NewEnvironment, 'name'>): string {
  return [
    schemaLine('environment'),
    'apiVersion: fairlead.dev/v1',
    'kind: Environment',
    `merge: ${merge}   # auto: when the forge allows it · approval: after \`fairlead approve\` · manual: by a person on the forge`,
    `soak: ${merge === 'auto' ? '5s' : '30s'}   # how long every cluster must stay healthy`,
    'clusters:',
    ...clusters.map(({ name, group }) => `  - ${flow({ name, group })}`),
    '',
  ].join('\n');
}

/** Where the JSON schemas of this version lie. */
function schemaLine(kind: 'platform' | 'environment'): string {
  return `# yaml-language-server: $schema=https://raw.githubusercontent.com/fairlead/fairlead/v${version}/docs/schemas/${kind}.schema.json`;
}

function scalar(value: string): string {
  return stringify(value).trimEnd();
}

/** Writes a map or a list on one line. */
export function flow(value: unknown): string {
  return stringify(value, {
    collectionStyle: 'flow',
    flowCollectionPadding: !Array.isArray(value),
    lineWidth: 0,
  }).trimEnd();
}
