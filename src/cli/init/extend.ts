import { Failure } from '../../failure.ts';
import { configFile } from '../../gitops/platform-file.ts';
import { withStage } from '../../init/amend.ts';
import { ciWorkflow } from '../../init/ci-workflows.ts';
import type { NewFiles } from '../../init/types.ts';
import { checkInStages, oversizedFile } from '../../platform/check-environments.ts';
import { parsePlatform } from '../../platform/platform.ts';
import type { Platform } from '../../platform/types.ts';
import type { SourceFile } from '../../render/types.ts';
import { branchLike, type ConfigBranch, configBranch, withClusters } from './config-branch.ts';
import { planGitops } from './extend-gitops.ts';
import { clustersFrom } from './options.ts';
import { type InitPlace, type InitPlan, missingFiles, type PlannedCommit } from './plan.ts';

/** Plans what is missing in a platform, and what a person adds to it. Throws `Failure` for what cannot be added. */
export async function planExtension(place: InitPlace, file: SourceFile): Promise<InitPlan> {
  const { mainBranch, options, main } = place;
  refuseBeginning(place);
  if (file.content === undefined) throw oversizedFile('main');
  const text = file.content.toString('utf8');
  const before = parsePlatform(text, `${configFile} of ${mainBranch}`);
  const after = options.after ?? before.stages.flat().at(-1) ?? '';
  checkInStages(after, before);
  const isNew = options.environment !== undefined && !before.stages.flat().includes(options.environment);
  const changed = isNew ? withStage(text, options.environment ?? '', after) : text;
  const platform = parsePlatform(changed, `${configFile} of ${mainBranch}`);
  const { branches, commits, notes } = await planBranches(place, platform, after);
  const onMain = new Map<string, string | Buffer>(
    missingFiles(main, { branch: mainBranch, message: '', files: ciOf(place, mainBranch, 'main') })?.files,
  );
  if (isNew) onMain.set(configFile, changed);
  const message = isNew ? `Add the environment ${options.environment}` : 'Add CI of Fairlead';
  const gitops = await planGitops(place, platform, branches);
  return {
    ...gitops,
    source: [...commits, ...(onMain.size > 0 ? [{ branch: mainBranch, message, files: onMain }] : [])],
    sourceUrl: platform.sourceRepository,
    environments: platform.stages.flat(),
    proofs: [],
    notes: [...notes, ...gitops.notes],
  };
}

/** Throws `Failure` InvalidInput for flags that only begin a platform. */
function refuseBeginning({ directory, mainBranch, options }: InitPlace): void {
  const flag = (['name', 'source', 'environments', 'from'] as const).find((each) => options[each] !== undefined);
  if (flag === undefined) return;
  throw new Failure(
    'InvalidInput',
    `${directory} is a platform already: ${configFile} is on ${mainBranch}, and --${flag} begins one. Change the file, or add with --environment and --cluster.`,
  );
}

function ciOf({ options }: InitPlace, branch: string, kind: 'main' | 'config'): NewFiles {
  return options.forge === undefined ? new Map() : ciWorkflow({ branch, kind, forge: options.forge });
}

interface PlannedBranches {
  /** The config branches as they will be. */
  readonly branches: readonly ConfigBranch[];
  readonly commits: readonly PlannedCommit[];
  readonly notes: readonly string[];
}

async function planBranches(place: InitPlace, platform: Platform, after: string): Promise<PlannedBranches> {
  const { here, options } = place;
  const clusters = clustersFrom(options.cluster);
  for (const name of clusters.keys()) checkInStages(name, platform);
  const branches: ConfigBranch[] = [];
  const commits: PlannedCommit[] = [];
  const notes: string[] = [];
  for (const name of platform.stages.flat()) {
    const tree = await here?.tree(name);
    const added = clusters.get(name);
    if (tree === undefined) {
      if (name === options.environment) {
        const branch = branchLike(await modelBranch(place, platform, after), { name, clusters: added }, platform);
        branches.push(branch);
        commits.push({ branch: name, message: `Begin ${name}`, files: branch.files });
      } else
        notes.push(
          `Branch ${name} of the source is not here, and was not looked at: fetch it, or make it with --environment ${name}.`,
        );
      continue;
    }
    const known = configBranch(name, tree, platform);
    const more = added && withClusters(known, added, platform);
    const ci = missingFiles(tree, { branch: name, message: '', files: ciOf(place, name, 'config') });
    const files = new Map([...(more?.files ?? []), ...(ci?.files ?? [])]);
    branches.push(more ? { ...known, policy: more.policy } : known);
    const message = more && added ? `Add ${added.map((each) => each.name).join(', ')}` : 'Add CI of Fairlead';
    if (files.size > 0) commits.push({ branch: name, message, files });
  }
  return { branches, commits, notes };
}

async function modelBranch({ here }: InitPlace, platform: Platform, name: string): Promise<ConfigBranch> {
  const tree = await here?.tree(name);
  if (tree !== undefined) return configBranch(name, tree, platform);
  throw new Failure(
    'NotFound',
    `The new environment is made like ${name}, whose config branch is not here. Fetch it, or name another one with --after.`,
  );
}
