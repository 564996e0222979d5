import { mainBranch } from '../activities/source/read-platform.ts';
import type { Parts } from '../dependencies.ts';
import type { GitRepository, Notes } from '../git/repository.ts';
import { short } from '../operation/decisions.ts';
import type { Revision } from '../operation/status.ts';
import type { GitopsTarget } from '../platform/types.ts';
import type { RecordedEntry } from '../record/entry.ts';
import { type DeploymentEntry, isMergeOfRollback } from '../record/queries.ts';
import type { Provenance } from '../render/layout/provenance.ts';
import { isAtOrBehind, laterOf } from './ancestry.ts';
import { claimsAt } from './candidates.ts';
import { provenanceAt } from './gitops-branch.ts';
import { likePair, sameRevision } from './same-render.ts';

export interface EnvironmentPlace {
  /** Source repository URL. */
  readonly source: string;
  readonly environment: string;
  readonly gitops: GitopsTarget;
}

/** What runs in an environment, as git tells. */
export interface Deployed {
  readonly revision: Revision;
  readonly provenance: Provenance;
  /** What says so, where the branch itself names an earlier pair. */
  readonly record?: RecordedEntry;
  /** Notes that claim what does not check out, in a sentence each; 5 at most. They were ignored. */
  readonly doubts: readonly string[];
}

/** Past this many the record is not worth a render more. */
const mostDoubts = 5;
/** Distinct pairs that are looked at, newest first. */
const mostClaims = 50;

/**
 * What is deployed at a head of an environment's branch, by DESIGN "Deployed commit of an environment"; undefined:
 * nothing of ours is there. A record is checked, not trusted: it may only name a pair that goes back in neither commit
 * and renders the same. Of those that check out the newest counts, and nothing but a rollback takes one back. Throws
 * `Failure` `InvalidInput` for damaged provenance, and what reading and rendering throws that passes.
 */
export async function deployedAt(
  parts: Pick<Parts, 'repositories' | 'renderer' | 'leafCache'>,
  where: EnvironmentPlace,
  at: { readonly head: string; readonly notes: Notes },
): Promise<Deployed | undefined> {
  const gitops = parts.repositories.open(where.gitops.repository);
  const provenance = await provenanceAt(gitops, at.head);
  if (!provenance) return undefined;
  const source = parts.repositories.open(where.source);
  const claims = await claimsAt(source, gitops, { ...at, provenance });
  if (claims.length === 0) return { revision: provenance.revision, provenance, doubts: [] };
  const head = await source.branchHead(mainBranch);
  const place = { source, environment: where.environment, ...(head !== undefined && { head }) };
  const check = { source, head, written: provenance.revision, like: likePair(parts, place, provenance.revision) };
  return { ...(await weigh(check, claims)), provenance };
}

interface Check {
  readonly source: GitRepository;
  /** Of main. */
  readonly head: string | undefined;
  /** The pair that the branch names. */
  readonly written: Revision;
  readonly like: (pair: Revision) => Promise<boolean>;
}

/** Newest first. What was recorded before the newest rollback that checks out is void. */
async function weigh(check: Check, claims: readonly DeploymentEntry[]): Promise<Omit<Deployed, 'provenance'>> {
  const doubts = new Set<string>();
  const believe = async (over: Revision, claim: DeploymentEntry): Promise<Revision | undefined> => {
    if (doubts.size >= mostDoubts) return undefined;
    const found = await examine(check, over, claim);
    if (found.kind === 'doubt') doubts.add(doubt(claim, found.why));
    return found.kind === 'pair' ? found.pair : undefined;
  };
  let best: { readonly revision: Revision; readonly record?: RecordedEntry } = { revision: check.written };
  const adopt = (revision: Revision | undefined, record: RecordedEntry) => {
    if (revision && !sameRevision(revision, best.revision)) best = { revision, record };
  };
  let since = claims.length;
  for (const [index, claim] of claims.entries()) {
    if (!isMergeOfRollback(claim)) continue;
    const back = await believe(check.written, claim);
    if (!back) continue;
    adopt(back, claim);
    since = index;
    break;
  }
  for (const claim of distinct(claims.slice(0, since).filter((claim) => !isMergeOfRollback(claim))))
    adopt(await believe(best.revision, claim), claim);
  return { ...best, doubts: [...doubts] };
}

/** Each pair by its newest entry. */
function distinct(claims: readonly DeploymentEntry[]): readonly DeploymentEntry[] {
  const pairs = new Map<string, DeploymentEntry>();
  for (const claim of claims) {
    const pair = `${claim.main}+${claim.config}`;
    if (!pairs.has(pair)) pairs.set(pair, claim);
  }
  return [...pairs.values()].slice(0, mostClaims);
}

type Examined =
  | { readonly kind: 'pair'; readonly pair: Revision }
  | { readonly kind: 'nothing new' }
  | { readonly kind: 'doubt'; readonly why: string };

/** What a claim makes of the pair that is believed so far: the later main commit with the later config commit. */
async function examine(check: Check, over: Revision, claim: DeploymentEntry): Promise<Examined> {
  const { source, written, head, like } = check;
  if (sameRevision(claim, written)) return { kind: 'pair', pair: over };
  if (!(await isAtOrBehind(source, written.main, claim.main)))
    return { kind: 'doubt', why: `does not descend from main ${short(written.main)}, which the branch names` };
  if ((await laterOf(source, claim.config, written.config)) === undefined)
    return { kind: 'doubt', why: `has a config unrelated to ${short(written.config)}, which the branch names` };
  const main = await laterOf(source, over.main, claim.main);
  if (main !== over.main && (head === undefined || !(await isAtOrBehind(source, claim.main, head))))
    return { kind: 'doubt', why: `is not on ${mainBranch}` };
  const config = await laterOf(source, over.config, claim.config);
  if (main === undefined || config === undefined) return { kind: 'nothing new' };
  const pair = { main, config };
  if (sameRevision(pair, over)) return { kind: 'nothing new' };
  return (await like(pair)) ? { kind: 'pair', pair } : { kind: 'doubt', why: 'does not render to what is there' };
}

function doubt({ time, commit, main, config }: DeploymentEntry, why: string): string {
  return `The note of ${time} on ${short(commit)} names main ${short(main)} with config ${short(config)}, which ${why}.`;
}
