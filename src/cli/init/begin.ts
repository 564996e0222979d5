import { Failure } from '../../failure.ts';
import { configFile } from '../../gitops/platform-file.ts';
import { configFiles, gitopsFiles, mainFiles } from '../../init/new-platform.ts';
import { sampleBases, sampleLeaves } from '../../init/samples.ts';
import type { NewFiles, NewPlatform } from '../../init/types.ts';
import { parseEnvironment } from '../../platform/environment.ts';
import { parsePlatform } from '../../platform/platform.ts';
import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';
import { askForPlatform } from './answers.ts';
import { kindOfDirectory, openLocal } from './local-repository.ts';
import type { GitopsPlaces } from './options.ts';
import { type InitPlace, type InitPlan, missingFiles, type PlannedCommit } from './plan.ts';

/** Plans a platform with a sample in a repository that has nothing of the kind yet. Throws `Failure` InvalidInput. */
export async function planBeginning(place: InitPlace): Promise<InitPlan> {
  const folders = [...(place.main?.files.keys() ?? [])].filter((path) => path.includes('/') && !/^[._]/.test(path));
  if (folders.length > 0)
    throw new Failure(
      'InvalidInput',
      `${place.directory} has folders on ${place.mainBranch} already (${folders[0]}). Name those of your environments with --from, such as --from 'apps/*/overlays/{environment}', or begin in an empty directory.`,
    );
  const { platform, gitops } = await askForPlatform(place, ['dev', 'qa', 'prod']);
  const leaves = new Map(platform.environments.map(({ name, clusters }) => [name, sampleLeaves(name, clusters)]));
  return planPlatform(place, { platform, gitops, leaves, bases: sampleBases() });
}

/** A platform as it is made. */
export interface PlatformToMake {
  readonly platform: NewPlatform;
  readonly gitops: GitopsPlaces;
  /** Environment → the leaves of its config branch. */
  readonly leaves: ReadonlyMap<string, NewFiles>;
  /** What main gets beside its own files. */
  readonly bases: NewFiles;
}

/** Plans the branches of a new platform. What is there already is left as it is. Throws `Failure` for what no file may say. */
export async function planPlatform(
  place: InitPlace,
  { platform, gitops, leaves, bases }: PlatformToMake,
): Promise<InitPlan> {
  const { here, main, mainBranch, io } = place;
  const files = mainFiles(platform);
  const parsed = parsePlatform(`${files.get(configFile)}`, `${configFile} of ${mainBranch}`);
  const source: PlannedCommit[] = [];
  const notes: string[] = [];
  const branches: PlannedCommit[] = [];
  const there =
    (await kindOfDirectory(gitops.directory)) === 'repository' ? await openLocal(gitops.directory, '', io) : undefined;
  for (const environment of platform.environments) {
    const { name, clusters } = environment;
    const config = configFiles(environment, platform.forge, leaves.get(name) ?? new Map());
    parseEnvironment(`${config.get(configFile)}`, { file: `${configFile} of branch ${name}`, name, platform: parsed });
    const branch = await here?.tree(name);
    if (branch !== undefined) refuseForeignBranch(name, branch.files.get(configFile)?.content);
    if (branch !== undefined) notes.push(`Branch ${name} of the source is there, and stays as it is.`);
    else source.push({ branch: name, files: config, message: `Begin ${name}` });
    const first = gitopsFiles(name, { repository: gitops.repository, branch: name }, clusters);
    const commit = missingFiles(await there?.tree(name), { branch: name, files: first, message: `Begin ${name}` });
    if (commit) branches.push(commit);
  }
  const onMain = missingFiles(main, {
    branch: mainBranch,
    files: new Map([...bases, ...files]),
    message: 'Begin with Fairlead',
  });
  // Main is last: as long as its file is missing, init may be called again.
  if (onMain) source.push(onMain);
  const names = platform.environments.map(({ name }) => name);
  return {
    source,
    gitops: branches,
    gitopsPlaces: gitops,
    sourceUrl: platform.source,
    environments: names,
    gitopsRepository: gitops.repository,
    gitopsBranches: names,
    clusters: platform.environments.flatMap(({ name: branch, clusters }) =>
      clusters.map(({ name }) => ({ branch, name })),
    ),
    proofs: [],
    notes: checkRepositoryUrl(gitops.repository).kind === 'local' ? [...notes, localGitopsNote] : notes,
  };
}

const localGitopsNote =
  'The GitOps repository is a directory on this machine, which Flux cannot follow: nothing was written for it.';

function refuseForeignBranch(name: string, file: Buffer | undefined): void {
  if (file !== undefined && /^kind:\s*Environment\b/m.test(file.toString('utf8'))) return;
  throw new Failure(
    'InvalidInput',
    `Branch ${name} is there, and is no config branch (it has no ${configFile} of kind Environment). Give the environment another name, or rename that branch.`,
  );
}
