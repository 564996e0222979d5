import { fluxFolder } from '../../init/flux-files.ts';
import { shortSha } from '../../short-names.ts';
import { countOf } from '../../text/count-of.ts';
import type { DoneThere, InitDone } from './carry-out.ts';
import type { InitPlan } from './plan.ts';

/** Writes what was done for a person, with what comes next. */
export function initLines(plan: InitPlan, done: InitDone): readonly string[] {
  const { source, gitops } = done;
  const isNothing = source.commits.length + (gitops?.commits.length ?? 0) === 0;
  return [
    ...(isNothing ? ['Nothing is missing.'] : []),
    ...repositoryLines('source', source),
    ...(gitops ? repositoryLines('GitOps', gitops) : []),
    ...plan.notes,
    ...(isNothing ? [] : nextLines(plan, done)),
  ];
}

function repositoryLines(what: string, { directory, commits, pushed }: DoneThere): readonly string[] {
  if (commits.length + pushed.length === 0) return [];
  const width = Math.max(...commits.map(({ branch }) => branch.length));
  return [
    `${directory} (${what} repository)`,
    ...commits.map(
      ({ branch, commit, files }) =>
        `  ${branch.padEnd(width)}  ${shortSha(commit)}  ${countOf(files.length, 'file')}: ${shownFiles(files)}`,
    ),
    ...(pushed.length === 0 ? [] : [`  pushed: ${pushed.join(', ')}`]),
  ];
}

/** The most files of a commit that are named. */
const mostFiles = 4;

function shownFiles(files: readonly string[]): string {
  const more = files.length - mostFiles;
  return `${files.slice(0, mostFiles).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

function nextLines({ gitopsBranches, gitopsPlaces, gitops }: InitPlan, done: InitDone): readonly string[] {
  const files = gitops.flatMap(({ branch, files: written }) =>
    [...written.keys()].filter((path) => path.startsWith(`${fluxFolder}/`)).map((path) => ({ branch, path })),
  );
  const [first] = files;
  const unsent = done.source.pushed.length === 0;
  return [
    '',
    'Next:',
    `  fairlead validate --render ${done.source.directory}`,
    ...(unsent ? ['  fairlead init --push, once both repositories are on your forge'] : []),
    ...(gitopsPlaces && first
      ? [
          `  git -C ${gitopsPlaces.directory} show ${first.branch}:${first.path} | kubectl apply -f -`,
          `  on that cluster, so that Flux follows; the other clusters have theirs in ${fluxFolder} of ${gitopsBranches.join(', ')}`,
        ]
      : []),
  ];
}

/** Writes what was done for a program. */
export function initReport(plan: InitPlan, { source, gitops }: InitDone): unknown {
  return {
    source,
    ...(gitops && { gitops }),
    notes: plan.notes,
  };
}
