import { type EnvironmentState, type EnvironmentStatus, hasEnded } from '../../operation/status.ts';

/** What a step does, and where. */
interface StepWords {
  /** What it does, after "could not". */
  readonly doing: string;
  /** The states of an environment in which it is made; undefined: it is made in any. */
  readonly states?: readonly EnvironmentState[];
  /** It is about the whole operation, or about none of its environments. */
  readonly isOfAll?: true;
}

const rollout: readonly EnvironmentState[] = ['rolling out', 'soaking'];

/** The steps, by name, in plain words: activities/contract.ts lists them. */
export const stepWords: Readonly<Record<string, StepWords>> = {
  readPlatform: { doing: 'read fairlead.yaml at the commit', isOfAll: true },
  readConfig: { doing: 'find the config commit on its branch' },
  readEnvironment: { doing: 'read the Environment file' },
  renderEnvironment: { doing: 'render the environment', states: ['rendering'] },
  clearRequests: { doing: 'close what ended operations left open', states: ['rendering', 'queued'] },
  openPullRequest: { doing: 'open the pull request', states: ['rendering', 'pull request open', 'awaiting approval'] },
  awaitMerge: { doing: 'see whether the request may be merged', states: ['pull request open', 'awaiting approval'] },
  awaitCarried: { doing: 'see whether open requests carry the same commits', states: ['rendering', 'queued'] },
  record: { doing: 'write to the record' },
  closePullRequest: { doing: 'close the pull request' },
  requestReconciliation: { doing: 'ask Flux to look now', states: rollout },
  awaitRollout: { doing: 'see whether the clusters are healthy', states: rollout },
  awaitVerification: { doing: 'see whether the check has passed', states: ['verifying'] },
  tellLane: { doing: 'tell the lane of the environment' },
  observeLane: { doing: 'see what runs, what is newer and what is frozen', isOfAll: true },
  hasEnded: { doing: 'see whether an operation has ended', isOfAll: true },
  admitPlatform: { doing: 'see whom the lane belongs to', isOfAll: true },
  announceLane: { doing: 'tell running operations that the lane has begun', isOfAll: true },
  recordedHold: { doing: 'read from the record what holds the lane', isOfAll: true },
  planRollback: { doing: 'find where to go back to' },
  endPromotions: { doing: 'tell promotions that they are taken back', isOfAll: true },
  endPromotion: { doing: 'tell the promotion that it is taken back', isOfAll: true },
  awaitWithdrawn: { doing: 'see what the promotion has withdrawn', isOfAll: true },
  awaitRollback: { doing: 'see whether the rollback has ended', states: ['rolling back'] },
  reachedBy: { doing: 'see where the commit is deployed', isOfAll: true },
};

/** Says what a step does, after "could not"; one of another release is named. */
export function doingWords(step: string): string {
  return stepWords[step]?.doing ?? `make the step ${step}`;
}

/** Tells whether a step looks again and again, until there is an answer. */
export function looksAgain(step: string): boolean {
  return step.startsWith('await');
}

/**
 * Names the environments in which a step may be made: Temporal does not say in which one it is. None: it is about all of
 * them.
 */
export function environmentsOf(
  step: string,
  environments: readonly Pick<EnvironmentStatus, 'environment' | 'stage' | 'state'>[],
): readonly string[] {
  const { states, isOfAll = false } = stepWords[step] ?? {};
  if (isOfAll) return [];
  const open = environments.filter(({ state }) => !hasEnded(state));
  // A later stage has not begun.
  const stage = Math.min(...open.map((each) => each.stage));
  const underWay = open.filter((each) => each.stage === stage);
  const fitting = underWay.filter(({ state }) => states?.includes(state) ?? true);
  return (fitting.length > 0 ? fitting : underWay).map(({ environment }) => environment);
}
