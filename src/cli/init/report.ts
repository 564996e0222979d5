import { fieldWords } from '../../diff/view/words.ts';
import type { RenderProof } from '../../init/from/prove.ts';
import { objectName } from '../../object-name.ts';
import { shortSha } from '../../short-names.ts';
import { countOf } from '../../text/count-of.ts';
import type { DoneThere, InitDone } from './carry-out.ts';
import { type NextPlace, nextSteps } from './next-steps.ts';
import type { InitPlan } from './plan.ts';

/** Writes what was done for a person, with what comes next. */
export function initLines(plan: InitPlan, done: InitDone, place: NextPlace): readonly string[] {
  const { source, gitops } = done;
  const isNothing = source.commits.length + (gitops?.commits.length ?? 0) === 0;
  return [
    ...(isNothing ? ['Nothing is missing.'] : []),
    ...repositoryLines('source', source),
    ...(gitops ? repositoryLines('GitOps', gitops) : []),
    ...plan.proofs.flatMap(proofLines),
    ...plan.notes,
    ...(isNothing ? [] : ['', ...nextSteps(plan, done, place)]),
  ];
}

function repositoryLines(what: string, { directory, commits, pushed, unsent }: DoneThere): readonly string[] {
  if (commits.length + pushed.length === 0 && !unsent) return [];
  const width = Math.max(...commits.map(({ branch }) => branch.length));
  return [
    `${directory} (${what} repository)`,
    ...commits.map(
      ({ branch, commit, files }) =>
        `  ${branch.padEnd(width)}  ${shortSha(commit)}  ${countOf(files.length, 'file')}: ${shownFiles(files)}`,
    ),
    ...(pushed.length === 0 ? [] : [`  pushed: ${pushed.join(', ')}`]),
    ...(unsent ? ['  not pushed: there is no remote origin. Add one, and call init again with --push.'] : []),
  ];
}

/** The most files of a commit that are named. */
const mostFiles = 4;

function shownFiles(files: readonly string[]): string {
  const more = files.length - mostFiles;
  return `${files.slice(0, mostFiles).join(', ')}${more > 0 ? `, and ${more} more` : ''}`;
}

/** The most differences of an environment, and fields of an object, that are shown; `--json` has all. */
const most = { differences: 100, fields: 10 };

function proofLines({ environment, objects, differences }: RenderProof): readonly string[] {
  if (differences.length === 0)
    return [`${environment}: ${countOf(objects, 'object')}, byte for byte what its overlays built`];
  const signs = { removed: '-', changed: '~', added: '+' };
  const more = differences.length - most.differences;
  return [
    `${environment}: ${countOf(objects, 'object')}, of which ${differences.length === 1 ? 'one is' : `${differences.length} are`} not what the overlays built`,
    ...differences.slice(0, most.differences).flatMap(({ change, why }) => [
      `  ${signs[change.kind]} ${objectName(change.id)}, ${change.leaf}${why === undefined ? '' : `: ${why}`}`,
      ...change.fields.slice(0, most.fields).map((field) => {
        const words = fieldWords(field);
        if (words.kind === 'note') return `      ${field.path}: ${words.note}`;
        if (words.kind === 'lines') return `      ${field.path}: the text differs`;
        return `      ${field.path}: ${words.before ?? 'nothing'} → ${words.after ?? 'nothing'}`;
      }),
    ]),
    ...(more > 0 ? [`  and ${more} more: --json has all`] : []),
  ];
}

/** Writes what was done for a program. */
export function initReport(plan: InitPlan, { source, gitops }: InitDone): unknown {
  return {
    source,
    ...(gitops && { gitops }),
    proofs: plan.proofs.map(({ environment, objects, differences }) => ({
      environment,
      objects,
      differences: differences.map(({ change: { kind, id, leaf, fields, groups }, why }) => ({
        change: kind,
        ...id,
        leaf,
        groups,
        fields,
        ...(why !== undefined && { why }),
      })),
    })),
    notes: plan.notes,
  };
}
