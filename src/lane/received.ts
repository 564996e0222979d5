import { operationKinds } from '../operation/kind.ts';
import { type GitopsTarget, whenNewerPolicies } from '../platform/types.ts';
import {
  type Checks,
  isCommit,
  isCount,
  isFlag,
  isInstant,
  isObject,
  isRunId,
  isText,
  isWorkflowId,
  oneOf,
  optional,
  shapeOf,
} from '../shape.ts';
import type { LaneBeganMessage, LeaveMessage, OverrideMessage, RevertedMessage, StandingMessage } from './messages.ts';
import { type Hold, type LaneInput, type Newcomer, phases, type Revert, type Standing, type Visit } from './types.ts';

/**
 * What a lane and its visitors send each other, checked where it comes in: anybody may send a signal from the Temporal
 * UI, and a workflow that stumbles over one would stand still for ever.
 */
export function isVisit(value: unknown): value is Visit {
  return isVisitOfAny(value) && (value.operation === 'config change' || value.main !== '');
}

const isVisitOfAny = shapeOf<Visit>({
  id: isText,
  operation: oneOf(operationKinds),
  main: (value) => value === '' || isCommit(value),
  phase: oneOf(phases),
  whenNewer: oneOf(whenNewerPolicies),
  workflowId: isWorkflowId,
  firstRunId: isRunId,
  by: optional(isText),
  reason: optional(isText),
  holdsConfig: optional(isFlag),
});

const isRevert = shapeOf<Revert>({ commit: isText, by: isText, from: isText, to: isText });

const newHold = {
  by: isText,
  reason: isText,
  until: optional(isInstant),
  config: isFlag,
  revert: optional(isText),
};
const isNewHold = shapeOf<Omit<Hold, 'since'>>(newHold);
const isHold = shapeOf<Hold>({ ...newHold, since: isInstant });

export const isReverted = shapeOf<RevertedMessage>({ visit: isVisit, revert: isRevert });
export const isLeave = shapeOf<LeaveMessage>({ id: isText, hold: optional(isNewHold) });
export const isOverride = shapeOf<OverrideMessage>({ id: isText, by: isText, reason: isText });

const isNewcomer = shapeOf<Newcomer>({
  operation: oneOf(operationKinds),
  main: isText,
  workflowId: isWorkflowId,
  firstRunId: isRunId,
  by: optional(isText),
  reason: optional(isText),
});

type Word<Kind extends Standing['kind']> = Omit<Extract<Standing, { readonly kind: Kind }>, 'kind'>;

const standings: Readonly<Record<Standing['kind'], (value: unknown) => boolean>> = {
  granted: shapeOf<Word<'granted'>>({ hold: optional(isHold) }),
  waiting: shapeOf<Word<'waiting'>>({ behind: isNewcomer }),
  held: shapeOf<Word<'held'>>({ hold: isHold }),
  unseen: shapeOf<Word<'unseen'>>({ why: isText }),
  superseded: shapeOf<Word<'superseded'>>({ by: isNewcomer }),
};

function isStanding(value: unknown): value is Standing {
  if (!isObject(value)) return false;
  const { kind } = value;
  return isText(kind) && Object.hasOwn(standings, kind) && standings[kind as Standing['kind']](value);
}

const isTarget = shapeOf<GitopsTarget>({ repository: isText, branch: isText });

export const isStandingMessage = shapeOf<StandingMessage>({
  visit: isText,
  sequence: isCount,
  standing: isStanding,
  revert: optional(isText),
  gitops: isTarget,
  environment: isText,
});

export const laneInput: Checks<LaneInput> = {
  gitops: isTarget,
  source: isText,
  environment: isText,
  // Its own, where it continues as new.
  state: optional(isObject),
  historyLimit: optional(isCount),
};

export const isLaneBegan = shapeOf<LaneBeganMessage>({ environment: isText });
