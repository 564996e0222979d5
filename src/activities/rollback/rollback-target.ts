import { cut } from '../../cut.ts';
import { Failure } from '../../failure.ts';
import { isAtOrBehind } from '../../gitops/ancestry.ts';
import { heldAt } from '../../gitops/held-at.ts';
import { rendersLike, sameRevision } from '../../gitops/same-render.ts';
import type { Revision } from '../../operation/status.ts';
import type { DeploymentEntry } from '../../record/queries.ts';
import { shortSha } from '../../short-names.ts';
import {
  changesAnything,
  isEvidence,
  latestHealthy,
  type RollbackView,
  recordedHint,
  recordedPair,
} from './rollback-view.ts';

/** A pair that may be the target, and the entry that says that it was healthy. */
interface Candidate {
  readonly entry: DeploymentEntry;
  readonly pair: Revision;
}

/** A candidate that does not render. */
interface Broken extends Candidate {
  readonly why: string;
}

/** The most pairs that are rendered before the search is given up; then a person must name a commit. */
const mostRendered = 200;
/** The most commits that do not render which a message names, and the length of the reason of each. */
const mostNamed = 3;
const mostWords = 300;

/**
 * Finds the latest pair recorded healthy here that lies behind what is deployed and renders to something else. Throws
 * `Failure` `Refused` where there is none; pairs that do not render are passed over, and named in that failure.
 */
export async function latestTarget(view: RollbackView): Promise<Revision> {
  const { dependencies, source, input, main: head, deployed, now } = view;
  const held = heldAt(now.gitops, now.head);
  const place = { source, environment: input.environment, head, held };
  // A config change that is not merged yet must not make two main commits look different that render the same.
  const likeNow = rendersLike(dependencies, place, isRecorded(view) ? deployed : { ...deployed, config: view.config });
  const broken: Broken[] = [];
  const looked = new Set<string>();
  let compared = 0;
  for (const candidate of healthyCandidates(view)) {
    const { entry, pair } = candidate;
    const pairName = `${pair.main}+${pair.config}`;
    if (looked.has(pairName) || !(await isBehind(view, pair))) continue;
    // To find out whether it was deployed where it says may take a render, too.
    compared += 1;
    if (compared > mostRendered) break;
    if (!(await isEvidence(view, entry, { withConfig: isRecorded(view) }))) continue;
    looked.add(pairName);
    const outcome = await tryRender(view, candidate);
    if (outcome === 'same') continue;
    if (outcome !== 'differs') broken.push(outcome);
    else if (!(await likeNow(pair))) return pair;
  }
  throw await noTarget(view, broken, looked.size);
}

function isRecorded({ input }: RollbackView): boolean {
  return input.config === 'recorded';
}

/** Lists the pairs that were recorded healthy, newest first. */
function healthyCandidates(view: RollbackView): readonly Candidate[] {
  return latestHealthy(view).map((entry) => ({
    entry,
    pair: { main: entry.main, config: isRecorded(view) ? entry.config : view.config },
  }));
}

async function isBehind(view: RollbackView, pair: Revision): Promise<boolean> {
  const { source, deployed } = view;
  if (!(await isAtOrBehind(source, pair.main, deployed.main))) return false;
  if (!isRecorded(view)) return pair.main !== deployed.main;
  return !sameRevision(pair, deployed) && isAtOrBehind(source, pair.config, deployed.config);
}

async function tryRender(view: RollbackView, candidate: Candidate): Promise<'same' | 'differs' | Broken> {
  try {
    return (await changesAnything(view, candidate.pair)) ? 'differs' : 'same';
  } catch (error) {
    if (error instanceof Failure && !error.retryable) return { ...candidate, why: error.message };
    throw error;
  }
}

async function noTarget(view: RollbackView, broken: readonly Broken[], looked: number): Promise<Failure> {
  const { input, deployed } = view;
  const start = `${input.environment} has nowhere to go back to from main ${shortSha(deployed.main)}`;
  const refused = (why: string) => new Failure('Refused', `${start}: ${why}`);
  if (looked === 0)
    return refused('no commit behind it was recorded healthy here. Name one with --to, and say --force.');
  if (broken.length === 0)
    return refused('what was recorded healthy here renders to what is there already. Name another with --to.');
  const today = isRecorded(view) ? '' : " with today's config";
  return refused(
    `what was recorded healthy here does not render${today}. ${brokenWords(broken)}${await recordedWayOut(view, broken)}`,
  );
}

function brokenWords(broken: readonly Broken[]): string {
  const words = broken
    .slice(0, mostNamed)
    .map(({ pair, why }) => `Main ${shortSha(pair.main)}: ${cut(why, mostWords)}`);
  const more = broken.length > mostNamed ? [`And ${broken.length - mostNamed} more.`] : [];
  return [...words, ...more].join(' ');
}

async function recordedWayOut(view: RollbackView, broken: readonly Broken[]): Promise<string> {
  if (isRecorded(view)) return '';
  const mains = new Set(broken.map(({ pair }) => pair.main));
  const recorded = await recordedPair(
    view,
    latestHealthy(view).filter(({ main }) => mains.has(main)),
  );
  return recorded ? ` Back to main ${shortSha(recorded.main)},${recordedHint(recorded)}` : '';
}
