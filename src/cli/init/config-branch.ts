import { Failure } from '../../failure.ts';
import { configFile } from '../../gitops/platform-file.ts';
import { likeEnvironment, withCluster } from '../../init/amend.ts';
import { ciWorkflow, forgeOf } from '../../init/ci-workflows.ts';
import { copyGroup } from '../../init/groups.ts';
import type { NewCluster, NewFiles } from '../../init/types.ts';
import { parseEnvironment } from '../../platform/environment.ts';
import type { Environment, Platform } from '../../platform/types.ts';
import type { SourceTree } from '../../render/types.ts';

/** A config branch as it is, or as it will be. */
export interface ConfigBranch {
  readonly name: string;
  readonly policy: Environment;
  readonly files: NewFiles;
}

/** Reads a config branch. Throws `Failure` for a file that is missing or wrong. */
export function configBranch(name: string, tree: SourceTree, platform: Platform): ConfigBranch {
  const files = new Map(
    [...tree.files].flatMap(([path, { content }]) => (content === undefined ? [] : [[path, content] as const])),
  );
  return { name, policy: policyIn(name, files, platform), files };
}

/** Makes the config branch of an environment that is like another one. Throws `Failure` InvalidInput where its clusters cannot be told. */
export function branchLike(
  model: ConfigBranch,
  { name, clusters }: { readonly name: string; readonly clusters: readonly NewCluster[] | undefined },
  platform: Platform,
): ConfigBranch {
  const own = clusters ?? renamedClusters(model, name);
  const groups = [...new Set(own.map(({ group }) => group))];
  const theirs = groupsOf(model.policy);
  const forge = forgeOf(model.files);
  const files = new Map<string, string | Buffer>();
  for (const [path, content] of model.files) {
    const group = theirs.find((each) => path.startsWith(`${each}/`));
    if (group === undefined || groups.includes(group)) files.set(path, content);
  }
  const [first] = theirs;
  for (const group of groups.filter((each) => !theirs.includes(each)))
    if (first !== undefined)
      for (const [path, content] of copyGroup(model.files, first, group)) files.set(path, content);
  files.set(configFile, likeEnvironment(`${model.files.get(configFile)}`, own));
  if (forge !== undefined)
    for (const [path, text] of ciWorkflow({ branch: name, kind: 'config', forge })) files.set(path, text);
  return { name, policy: policyIn(name, files, platform), files };
}

/** Answers what clusters add to a config branch; undefined: nothing, because they are there. A new group is a copy of the first one. */
export function withClusters(
  branch: ConfigBranch,
  clusters: readonly NewCluster[],
  platform: Platform,
): ConfigBranch | undefined {
  const { name, policy } = branch;
  const fresh = clusters.filter((each) => !policy.clusters.some((known) => known.name === each.name));
  if (fresh.length === 0) return undefined;
  const files = new Map<string, string | Buffer>();
  let text = `${branch.files.get(configFile)}`;
  for (const cluster of fresh) text = withCluster(text, cluster);
  files.set(configFile, text);
  const [first] = groupsOf(policy);
  for (const { group } of fresh)
    if (first !== undefined && ![...branch.files.keys()].some((path) => path.startsWith(`${group}/`)))
      for (const [path, content] of copyGroup(branch.files, first, group)) files.set(path, content);
  return { name, policy: policyIn(name, files, platform), files };
}

function policyIn(name: string, files: NewFiles, platform: Platform): Environment {
  const file = `${configFile} of branch ${name}`;
  const text = files.get(configFile);
  if (text !== undefined) return parseEnvironment(Buffer.from(text), { file, name, platform });
  throw new Failure('InvalidConfig', `${file} is missing. Write it first.`);
}

function groupsOf({ clusters, withoutClusters }: Environment): readonly string[] {
  return [...new Set([...clusters.map(({ group }) => group), ...withoutClusters])];
}

/** Names the clusters of a new environment by those of the one that it is like. */
function renamedClusters({ name: model, policy }: ConfigBranch, name: string): readonly NewCluster[] {
  const { clusters } = policy;
  const renamed = clusters.map((each) => ({ group: each.group, name: each.name.replace(model, name) }));
  const [only] = clusters;
  if (clusters.length === 1 && only && !only.name.includes(model)) return [{ group: only.group, name }];
  if (clusters.length > 0 && clusters.every((each) => each.name.includes(model))) return renamed;
  throw new Failure(
    'InvalidInput',
    `How the clusters of ${name} are called cannot be told from those of ${model} (${clusters.map((each) => each.name).join(', ') || 'none'}). Say it with --cluster ${name}/GROUP=NAME.`,
  );
}
