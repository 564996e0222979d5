import { relative } from 'node:path';
import { fluxPath } from '../../init/flux-files.ts';
import { shellWord } from '../../text/shell-word.ts';
import { isInSandbox } from '../dev/sandbox-address.ts';
import type { InitDone } from './carry-out.ts';
import type { InitPlan } from './plan.ts';

/** Where init was called, and what the commands after it need to know of the machine. */
export interface NextPlace {
  readonly cwd: string;
  /** The file with the variables that `fairlead worker --dev` writes for commands. */
  readonly devEnv: string;
}

/** Writes the commands that come next, in their order, each to be pasted as it is: what is made for the sandbox needs no forge and no kubectl. */
export function nextSteps(plan: InitPlan, done: InitDone, place: NextPlace): readonly string[] {
  const word = (directory: string) => shellWord(fromHere(place.cwd, directory));
  const validate = `fairlead validate --render ${word(done.source.directory)}`;
  if (plan.gitopsRepository !== undefined && isInSandbox(plan.gitopsRepository)) {
    const directories = [done.source.directory, ...(plan.gitopsPlaces ? [plan.gitopsPlaces.directory] : [])];
    return [
      'Next:',
      ...aligned([
        [validate],
        [
          `fairlead worker --dev --sandbox ${directories.map(word).join(' ')}`,
          'leave it running, and go on in another terminal',
        ],
        [`. ${shellWord(place.devEnv)}`],
        ['fairlead promote --commit main --wait'],
      ]),
    ];
  }
  return [
    'Next:',
    ...aligned([[validate], ...pushSteps(plan, done, word), ...fluxSteps(plan, word), ...doctorStep(plan)]),
  ];
}

/** A command, and a remark on it. */
type Step = readonly [command: string, remark?: string];

function aligned(steps: readonly Step[]): readonly string[] {
  return steps.map(([command, remark]) => `  ${command}${remark === undefined ? '' : `   # ${remark}`}`);
}

function pushSteps({ sourceUrl, gitopsRepository }: InitPlan, { source }: InitDone, word: Word): readonly Step[] {
  if (source.pushed.length > 0) return [];
  const there = [sourceUrl, gitopsRepository].filter((url) => url !== undefined).join(' and ');
  return [
    [`fairlead init ${word(source.directory)} --push`, `when ${there || 'both repositories'} are on your forge, empty`],
  ];
}

type Word = (directory: string) => string;

/** The most clusters whose command is written. */
const mostClusters = 9;

function fluxSteps({ gitops, gitopsPlaces, clusters }: InitPlan, word: Word): readonly Step[] {
  if (gitopsPlaces === undefined) return [];
  const made = new Map(gitops.map(({ branch, files }) => [branch, files]));
  const fresh = clusters.filter(({ branch, name }) => made.get(branch)?.has(fluxPath({ name })));
  const steps = fresh.slice(0, mostClusters).map(({ branch, name }, index): Step => {
    const show = `git -C ${word(gitopsPlaces.directory)} show ${shellWord(`${branch}:${fluxPath({ name })}`)}`;
    const command = `${show} | kubectl --context ${shellWord(name)} apply -f -`;
    return index === 0 ? [command, 'once on each cluster, so that Flux follows'] : [command];
  });
  const more = fresh.length - mostClusters;
  return more > 0 ? [...steps, [`# and so on for ${more} more: each file begins with its command`]] : steps;
}

function doctorStep({ sourceUrl }: InitPlan): readonly Step[] {
  return sourceUrl === undefined
    ? []
    : [[`fairlead doctor --source ${shellWord(sourceUrl)}`, 'says what is still missing: a token, Temporal, a worker']];
}

/** Names a directory as it is shortest from where the command was called. */
function fromHere(cwd: string, directory: string): string {
  const path = relative(cwd, directory) || '.';
  return path.length < directory.length ? path : directory;
}
