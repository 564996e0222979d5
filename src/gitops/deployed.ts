import type { Dependencies } from '../dependencies.ts';
import type { GitRepository } from '../git/repository.ts';
import type { Revision } from '../operation/status.ts';
import type { GitopsTarget } from '../platform/types.ts';
import type { RecordedEntry } from '../record/entry.ts';
import { type DeploymentEntry, isMergeOfRollback } from '../record/queries.ts';
import type { Provenance } from '../render/layout/provenance.ts';
import { shortSha } from '../short-names.ts';
import { isAtOrBehind, isOnMain, laterOf } from './ancestry.ts';
import { provenanceAt } from './gitops-branch.ts';
import { heldAt } from './held-at.ts';
import { type BranchRecord, candidatesAt } from './record/candidates.ts';
import { rendersLike, sameRevision } from './same-render.ts';

/** An environment's address: its source repository, its name and its GitOps branch. */
export interface EnvironmentPlace {
  /** URL of the source repository. */
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
}

/** The pair that is deployed in an environment, and what says so. */
export interface Deployed {
  readonly revision: Revision;
  readonly provenance: Provenance;
  /** The entry that names the pair, where the branch itself names an earlier one. */
  readonly record?: RecordedEntry;
  /** The entries that do not check out and were ignored, in a sentence each; 5 at most. */
  readonly ignoredNotes: readonly string[];
}

/** Past this many ignored notes, no more candidates are rendered. */
const mostIgnoredNotes = 5;
/** The most distinct pairs that are looked at, newest first. */
const mostCandidates = 50;

/**
 * Answers what is deployed at a head of an environment's branch, by docs/design.md "Deployed commit of an environment";
 * undefined where nothing of ours is there. Throws `Failure` `InvalidInput` for damaged provenance, and the passing
 * failures of reading and rendering. These hold here:
 *
 * - Nothing decides but the branch, its record and the source repository; branch and record are read at one moment.
 * - A record is checked, not trusted: it may only name a pair that goes back in neither commit and renders the same.
 * - Of the entries that check out the newest counts, and nothing but a rollback takes one back.
 * - An entry that does not check out is named and counts for nothing.
 */
export async function deployedAt(
  dependencies: Pick<Dependencies, 'repositories' | 'renderer' | 'leafCache' | 'planner'>,
  where: EnvironmentPlace,
  at: Omit<BranchRecord, 'provenance'>,
): Promise<Deployed | undefined> {
  const gitops = dependencies.repositories.open(where.gitops.repository);
  const provenance = await provenanceAt(gitops, at.head);
  if (!provenance) return undefined;
  const source = dependencies.repositories.open(where.source);
  const found = await candidatesAt(source, gitops, { ...at, provenance });
  const candidates = found.filter(({ unproven }) => unproven === undefined);
  const unproven = found
    .filter((each) => !sameRevision(each, provenance.revision))
    .flatMap((each) => (each.unproven ? [ignoredNoteWords(each, each.unproven)] : []));
  if (found.length === 0) return { revision: provenance.revision, provenance, ignoredNotes: [] };
  const place = { source, environment: where.environment, held: heldAt(gitops, at.head) };
  const check = {
    source,
    written: provenance.revision,
    rendersAlike: rendersLike(dependencies, place, provenance.revision),
  };
  const { ignoredNotes, ...resolved } = await resolveCandidates(check, candidates);
  const told = [...new Set([...ignoredNotes, ...unproven])].slice(0, mostIgnoredNotes);
  return { ...resolved, provenance, ignoredNotes: told };
}

/** The facts that candidates are checked against. */
interface CandidateCheck {
  readonly source: GitRepository;
  /** The pair that the branch names. */
  readonly written: Revision;
  /** Tells whether a pair renders to the files of `written`. */
  readonly rendersAlike: (pair: Revision) => Promise<boolean>;
}

/**
 * Works out the deployed pair from the candidates, newest first. What was recorded before the newest true rollback is
 * void.
 */
async function resolveCandidates(
  check: CandidateCheck,
  candidates: readonly DeploymentEntry[],
): Promise<Omit<Deployed, 'provenance'>> {
  // They are counted, whatever they say: those of pairs whose ids begin alike have the same words.
  const ignoredNotes: string[] = [];
  const checkedPair = async (over: Revision, candidate: DeploymentEntry): Promise<Revision | undefined> => {
    if (ignoredNotes.length >= mostIgnoredNotes) return undefined;
    const found = await examineCandidate(check, over, candidate);
    if (found.kind === 'ignored note') ignoredNotes.push(ignoredNoteWords(candidate, found.why));
    return found.kind === 'pair' ? found.pair : undefined;
  };
  let best: { readonly revision: Revision; readonly record?: RecordedEntry } = { revision: check.written };
  const adoptPair = (revision: Revision | undefined, record: RecordedEntry) => {
    if (revision && !sameRevision(revision, best.revision)) best = { revision, record };
  };
  let since = candidates.length;
  for (const candidate of distinctPairs(candidates.filter(isMergeOfRollback))) {
    const back = await checkedPair(check.written, candidate);
    if (!back) continue;
    adoptPair(back, candidate);
    since = candidates.indexOf(candidate);
    break;
  }
  for (const candidate of distinctPairs(
    candidates.slice(0, since).filter((candidate) => !isMergeOfRollback(candidate)),
  ))
    adoptPair(await checkedPair(best.revision, candidate), candidate);
  return { ...best, ignoredNotes };
}

/** Lists each pair by its newest entry, up to `mostCandidates` of them. */
function distinctPairs(candidates: readonly DeploymentEntry[]): readonly DeploymentEntry[] {
  const pairs = new Map<string, DeploymentEntry>();
  for (const candidate of candidates) {
    const pair = `${candidate.main}+${candidate.config}`;
    if (!pairs.has(pair)) pairs.set(pair, candidate);
  }
  return [...pairs.values()].slice(0, mostCandidates);
}

type Examined =
  | { readonly kind: 'pair'; readonly pair: Revision }
  | { readonly kind: 'nothing new' }
  | { readonly kind: 'ignored note'; readonly why: string };

/**
 * Works out what a candidate makes of the pair that is believed so far: the later main commit with the later config
 * commit.
 */
async function examineCandidate(check: CandidateCheck, over: Revision, candidate: DeploymentEntry): Promise<Examined> {
  const { source, written, rendersAlike } = check;
  if (sameRevision(candidate, written)) return { kind: 'pair', pair: over };
  if (!(await isAtOrBehind(source, written.main, candidate.main)))
    return {
      kind: 'ignored note',
      why: `does not descend from main ${shortSha(written.main)}, which the branch names`,
    };
  if ((await laterOf(source, candidate.config, written.config)) === undefined)
    return {
      kind: 'ignored note',
      why: `has a config unrelated to ${shortSha(written.config)}, which the branch names`,
    };
  const main = await laterOf(source, over.main, candidate.main);
  if (main !== over.main && !(await isOnMain(source, candidate.main)))
    return { kind: 'ignored note', why: `is not on ${await source.mainBranch()}` };
  const config = await laterOf(source, over.config, candidate.config);
  if (main === undefined || config === undefined) return { kind: 'nothing new' };
  const pair = { main, config };
  if (sameRevision(pair, over)) return { kind: 'nothing new' };
  return (await rendersAlike(pair))
    ? { kind: 'pair', pair }
    : { kind: 'ignored note', why: 'does not render to what is there' };
}

function ignoredNoteWords({ time, commit, main, config }: DeploymentEntry, why: string): string {
  return `The note of ${time} on ${shortSha(commit)} names main ${shortSha(main)} with config ${shortSha(config)}, which ${why}.`;
}
