import { Failure } from '../../failure.ts';
import { defaultGroup } from '../../init/platform-files.ts';
import { usualMerge } from '../../init/stage-order.ts';
import { type CiForge, forgeKinds, type NewCluster, type NewPlatform } from '../../init/types.ts';
import { checkRepositoryUrl } from '../../platform/repository/repository-url.ts';
import { createAsker, type Question, refuseUnanswered } from './ask.ts';
import {
  clustersFrom,
  type GitopsPlaces,
  gitopsPlaces,
  listed,
  publicUrl,
  usualForge,
  usualGitops,
  usualName,
} from './options.ts';
import type { InitPlace } from './plan.ts';

/** What a person says of a new platform. */
export interface InitAnswers {
  readonly platform: NewPlatform;
  readonly gitops: GitopsPlaces;
}

/** Asks for what a new platform needs. `stages`: the environments that are proposed. Throws `Failure` InvalidInput. */
export async function askForPlatform(place: InitPlace, stages: readonly string[]): Promise<InitAnswers> {
  const { directory, here, mainBranch, options, io } = place;
  const yes = options.yes === true;
  const origin = here?.checkout.origin;
  const given = {
    source: options.source ?? origin,
    environments: options.environments,
    gitops: options.gitops,
  };
  const questions = platformQuestions(directory, stages, publicUrl(given.source, io));
  const { name, source, gitops, environments, forge } = questions;
  refuseUnanswered(
    [
      [name, options.name],
      [source, given.source],
      [gitops, given.gitops],
      [environments, given.environments],
      [forge, options.forge],
    ],
    { yes, io },
  );
  const asker = createAsker(yes, io);
  const platformName = await asker.answer(name, options.name);
  const url = publicUrl(await asker.answer(source, given.source), io);
  const later = platformQuestions(directory, stages, url);
  const places = gitopsPlaces(await asker.answer(later.gitops, given.gitops), directory, io);
  const names = listed(await asker.answer(environments, given.environments));
  const clusters = clustersFrom(options.cluster);
  refuseStrangers(clusters, names);
  const made = [];
  for (const [index, each] of names.entries()) {
    const merge = usualMerge(index, names.length);
    made.push({ name: each, merge, clusters: clusters.get(each) ?? (await askForClusters(each, place)) });
  }
  const chosen = (await asker.answer(later.forge, options.forge)) as CiForge;
  return {
    gitops: places,
    platform: {
      name: platformName,
      source: url,
      mainBranch,
      gitops: places.repository,
      environments: made,
      forge: chosen,
    },
  };
}

function platformQuestions(
  directory: string,
  stages: readonly string[],
  source: string | undefined,
): Readonly<Record<'name' | 'source' | 'gitops' | 'environments' | 'forge', Question>> {
  return {
    name: { flag: '--name', text: 'Name of the platform', usual: usualName(directory) },
    source: {
      flag: '--source',
      text: 'URL of this source repository (none: it is on no forge yet)',
      usual: source ?? '',
      check: urlProblem,
    },
    gitops: {
      flag: '--gitops',
      text: 'GitOps repository, a URL or a directory',
      usual: usualGitops(source, directory),
      check: urlProblem,
    },
    environments: {
      flag: '--environments',
      text: 'Environments in their order, by commas',
      usual: stages.join(','),
      check: (answer) => (listed(answer).length > 0 ? undefined : 'Name one at least, such as dev,qa,prod.'),
    },
    forge: { flag: '--forge', text: 'Forge whose CI is set up', usual: usualForge(source), choices: forgeKinds },
  };
}

function urlProblem(answer: string): string | undefined {
  if (answer === '') return undefined;
  try {
    checkRepositoryUrl(answer);
    return undefined;
  } catch (error) {
    if (error instanceof Failure) return error.message;
    throw error;
  }
}

/** Asks for the clusters of an environment where there is a terminal; else it has one that is called like it. */
async function askForClusters(environment: string, { options, io }: InitPlace): Promise<readonly NewCluster[]> {
  if (options.yes || io.terminal === undefined) return [{ name: environment, group: defaultGroup }];
  const question: Question = {
    flag: '--cluster',
    text: `Clusters of ${environment}, by commas: NAME, or GROUP=NAME`,
    usual: environment,
    check: (answer) => (listed(answer).length > 0 ? undefined : 'Name one at least.'),
  };
  const answer = await createAsker(false, io).answer(question, undefined);
  const written = listed(answer).map((each) =>
    each.includes('=') ? `${environment}/${each}` : `${environment}=${each}`,
  );
  return clustersFrom(written).get(environment) ?? [];
}

function refuseStrangers(clusters: ReadonlyMap<string, unknown>, environments: readonly string[]): void {
  const stranger = [...clusters.keys()].find((name) => !environments.includes(name));
  if (stranger === undefined) return;
  throw new Failure(
    'InvalidInput',
    `--cluster ${stranger}=…: there is no environment ${JSON.stringify(stranger)}. There are: ${environments.join(', ')}.`,
  );
}
