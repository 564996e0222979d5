import { formatDuration } from '../../../src/platform/duration.ts';
import type { MergePolicy } from '../../../src/platform/types.ts';
import type { EnvironmentPlan, Stages } from '../events/types.ts';

/** What changes from commit to commit in main's files. */
export interface MainContent {
  readonly web: number;
  readonly api: number;
  /** Tells commits of the same content apart. */
  readonly number: number;
}

/** What changes from commit to commit in a config branch's files. */
export interface ConfigContent {
  readonly value: number;
  readonly merge: MergePolicy;
  readonly number: number;
}

/** A version of the application that gets healthy nowhere. */
export const badVersion = 3;
export const badMark = 'version: "bad"';

/** A base of each kind that renders fast, and a folder that is rendered nowhere. */
export function mainFiles(
  gitops: string,
  stages: Stages,
  { web, api, number }: MainContent,
): ReadonlyMap<string, string> {
  const order = stages.map((names) => (names.length === 1 ? names.join('') : `[${names.join(', ')}]`)).join(', ');
  return new Map([
    ['fairlead.yaml', `${file('Platform')}name: model\ngitops: { repository: ${gitops} }\nstages: [${order}]\n`],
    ['apps/web/kustomization.yaml', 'resources: [web.yaml]\n'],
    ['apps/web/web.yaml', configMap('web', `  ${web === badVersion ? badMark : `version: "${web}"`}\n  color: none\n`)],
    ['apps/api/api.yaml', configMap('api', `  level: "${api}"\n`)],
    ['docs/changes.md', `${number} changes\n`],
  ]);
}

export function configFiles(
  environment: string,
  { whenNewer, onFailure, soakMs, api }: EnvironmentPlan,
  { value, merge, number }: ConfigContent,
): ReadonlyMap<string, string> {
  const policy =
    `merge: ${merge}\nwhenNewer: ${whenNewer}\nonFailure: ${onFailure}\nsoak: ${formatDuration(soakMs)}\n` +
    `rolloutTimeout: 2h\ncoverage: path\nclusters:\n  - { name: ${environment}, group: one }\n`;
  return new Map([
    ['fairlead.yaml', `${file('Environment')}${policy}# ${number} changes\n`],
    ['one/apps/web/overlays/color.yaml', configMap('web', `  color: "${value}"\n`)],
    ...(api ? ([['one/apps/api/.gitkeep', '']] as const) : []),
  ]);
}

function file(kind: string): string {
  return `apiVersion: fairlead.dev/v1\nkind: ${kind}\n`;
}

function configMap(name: string, data: string): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n  namespace: model\ndata:\n${data}`;
}
