import { z } from 'zod';
import { clustersField, maxUnavailable, maxUnavailableField, waivedGroups } from './clusters.ts';
import { duration, gitopsBranch, map, oneOf, repositoryUrl, reservedBranch } from './fields.ts';
import { freezeField } from './freeze/freeze-field.ts';
import { guardField } from './guard/guard-field.ts';
import { invalidConfig, type Problem } from './problems.ts';
import { requestField } from './request/request-field.ts';
import {
  type Cluster,
  coveragePolicies,
  type Environment,
  type GitopsTarget,
  type Platform,
  whenNewerPolicies,
} from './types.ts';
import { verifyCheck, verifyField } from './verify/verify-field.ts';
import { apiVersion, type FileOfKind, parseFileOfKind } from './yaml-file.ts';

/** The schema of `fairlead.yaml` of kind Environment. The descriptions are what editors show. */
export const environmentSchema = map({
  apiVersion: z.literal(apiVersion),
  kind: z.literal('Environment'),
  gitops: map({
    repository: repositoryUrl.optional().describe("Default: the Platform file's `gitops.repository`."),
    branch: gitopsBranch.optional().describe("Default: the environment's own name."),
    renamedFrom: gitopsBranch
      .optional()
      .describe('What the branch was called before it was renamed: its record stays that of this environment.'),
  })
    .optional()
    .describe('Where the rendered manifests of this environment go.'),
  merge: oneOf(['auto', 'approval', 'manual'])
    .prefault('manual')
    .describe(
      'auto: merged as soon as the forge allows. approval: after `fairlead approve`. manual: a person merges on the forge.',
    ),
  soak: duration().prefault('0s').describe('How long every cluster must stay healthy before the next stage.'),
  rolloutTimeout: duration({ atLeastMs: 1_000 })
    .prefault('30m')
    .describe('How long after the merge every cluster must be healthy.'),
  onFailure: oneOf(['wait', 'rollback'])
    .prefault('wait')
    .describe(
      'wait: for a person. rollback: to the latest commit recorded healthy here that renders differently, where what this promotion merged has failed.',
    ),
  whenNewer: oneOf(whenNewerPolicies)
    .prefault('supersede')
    .describe(
      'supersede: a newer main commit takes the place of one that is not merged yet. wait: an unmerged one is left alone; of those waiting only the newest stays.',
    ),
  freeze: freezeField.prefault([]).describe('When no promotion starts: every week, or once.'),
  clusters: clustersField.describe('The clusters that must become healthy, or `none`: nothing is verified.'),
  withoutClusters: waivedGroups.prefault([]).describe('Groups that are rendered and are known to have no cluster.'),
  coverage: oneOf(coveragePolicies)
    .prefault('strict')
    .describe(
      'What shows that Flux applies a leaf. strict: its objects in the inventory, as they were rendered. inventory: its objects in the inventory. path: the path of a Kustomization.',
    ),
  maxUnavailable: maxUnavailableField
    .prefault(0)
    .describe('How many clusters a rollout may leave out that are unknown or pending: a number, or a share like 10%.'),
  guard: guardField
    .prefault({})
    .describe('What a render removes only after an approval that names it (`fairlead approve --removals`).'),
  request: requestField
    .prefault({})
    .describe('Who is asked for when a request to this environment is opened, and its further labels.'),
  verify: verifyField
    .prefault([])
    .describe('What must be so once every cluster is healthy, before the next stage: checked in this order.'),
}).meta({
  title: 'Fairlead environment',
  description: "fairlead.yaml at the root of a config branch: this environment's own policy.",
});

type Written = z.output<typeof environmentSchema>;

const environmentFile: FileOfKind<typeof environmentSchema> = {
  kind: 'Environment',
  schema: environmentSchema,
  otherKinds:
    'At the root of a config branch stands the Environment file; the Platform file belongs to main. A config branch is no copy of main: make it without the files of main.',
};

/** Where the file belongs: the environment's name is its config branch, and the platform gives the defaults. */
export interface EnvironmentContext {
  /** How messages call the file, such as `fairlead.yaml of branch dev`. */
  readonly file: string;
  readonly name: string;
  readonly platform: Pick<Platform, 'gitopsRepository'>;
}

/**
 * Parses `fairlead.yaml` of a config branch and fills its defaults in. Throws `Failure` `InvalidConfig` with all
 * problems at once.
 */
export function parseEnvironment(text: string | Buffer, { file, name, platform }: EnvironmentContext): Environment {
  const { value, lineOf } = parseFileOfKind(text, file, environmentFile);
  const gitops = gitopsTarget(value, name, platform);
  const problems = [...gitops.problems, ...contradictionsIn(value)];
  if (problems.length > 0) {
    throw invalidConfig(
      file,
      problems.map(({ path, text }) => ({ line: lineOf(path), text })),
    );
  }
  return {
    name,
    gitops: gitops.target,
    merge: value.merge,
    soakMs: value.soak,
    rolloutTimeoutMs: value.rolloutTimeout,
    onFailure: value.onFailure,
    whenNewer: value.whenNewer,
    freeze: value.freeze,
    clusters: value.clusters === 'none' ? [] : value.clusters.map(withContext),
    clustersWaived: value.clusters === 'none',
    withoutClusters: value.withoutClusters,
    coverage: value.coverage,
    maxUnavailable: maxUnavailable(value.maxUnavailable),
    guard: value.guard,
    request: value.request,
    verify: value.verify.map(verifyCheck),
  };
}

/** The part of an Environment file that says where its manifests go. */
const placeFile: FileOfKind<z.ZodObject<{ gitops: typeof environmentSchema.shape.gitops }>> = {
  ...environmentFile,
  schema: z.object({ gitops: environmentSchema.shape.gitops }),
};

/**
 * Reads from `fairlead.yaml` of a config branch only where its manifests go, whatever is wrong with the rest. Throws
 * `Failure` `InvalidConfig` where that cannot be known.
 */
export function parseGitopsTarget(text: string | Buffer, { file, name, platform }: EnvironmentContext): GitopsTarget {
  const { value, lineOf } = parseFileOfKind(text, file, placeFile);
  const { target, problems } = gitopsTarget(value, name, platform);
  if (problems.length === 0) return target;
  throw invalidConfig(
    file,
    problems.map(({ path, text }) => ({ line: lineOf(path), text })),
  );
}

interface ProblemAt extends Problem {
  readonly path: readonly PropertyKey[];
}

function gitopsTarget(
  value: Pick<Written, 'gitops'>,
  name: string,
  platform: EnvironmentContext['platform'],
): { readonly target: GitopsTarget; readonly problems: readonly ProblemAt[] } {
  const repository = value.gitops?.repository ?? platform.gitopsRepository;
  const branch = value.gitops?.branch ?? name;
  const problems: ProblemAt[] = [];
  if (repository === undefined) {
    const text =
      'gitops.repository is missing, and the Platform file on main names no default. Write `gitops: { repository: URL }` here or there.';
    problems.push({ path: ['gitops'], text });
  }
  const reserved = reservedBranch(branch);
  if (reserved !== undefined) problems.push({ path: ['gitops'], text: `gitops.branch is "${branch}". ${reserved}` });
  const renamedFrom = value.gitops?.renamedFrom;
  if (renamedFrom === branch) {
    const text = `gitops.renamedFrom is "${renamedFrom}", which is the branch itself. Write its former name, or leave it out.`;
    problems.push({ path: ['gitops', 'renamedFrom'], text });
  }
  return { target: { repository: repository ?? '', branch, ...(renamedFrom && { renamedFrom }) }, problems };
}

function contradictionsIn(value: Written): readonly ProblemAt[] {
  if (value.clusters === 'none') return value.verify.flatMap(objectWithoutCluster);
  const withCluster = new Set(value.clusters.map(({ group }) => group));
  return value.withoutClusters.flatMap((group, index) =>
    withCluster.has(group)
      ? [
          {
            path: ['withoutClusters', index],
            text: `withoutClusters[${index}] is "${group}", but \`clusters\` has one of that group. Remove it from one of the two.`,
          },
        ]
      : [],
  );
}

function objectWithoutCluster({ object }: Written['verify'][number], index: number): readonly ProblemAt[] {
  if (object === undefined) return [];
  const text = `verify[${index}].object is "${object}", but with \`clusters: none\` there is no cluster to look at. Remove the check, or list the clusters.`;
  return [{ path: ['verify', index, 'object'], text }];
}

function withContext(cluster: { name: string; group: string; context?: string | undefined }): Cluster {
  return { name: cluster.name, group: cluster.group, context: cluster.context ?? cluster.name };
}
