import type { Hold } from '../operation/hold.ts';
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
import type { AdmissionMessage, LaneBeganMessage, LeaveMessage, OverrideMessage, RevertedMessage } from './messages.ts';
import { type Admission, type LaneEntry, type LaneInput, type LaneRef, phases, type Revert } from './types.ts';

/**
 * What a lane and its operations send each other, checked where it comes in: anybody may send a signal from the Temporal
 * UI, and a workflow that stumbles over one would stand still for ever.
 */
export function isLaneEntry(value: unknown): value is LaneEntry {
  return isEntryOfAny(value) && (value.operation === 'config change' || value.main !== '');
}

const isEntryOfAny = shapeOf<LaneEntry>({
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

export const isReverted = shapeOf<RevertedMessage>({ entry: isLaneEntry, revert: isRevert });
export const isLeave = shapeOf<LeaveMessage>({ id: isText, hold: optional(isNewHold) });
export const isOverride = shapeOf<OverrideMessage>({ id: isText, by: isText, reason: isText });

const isLaneRef = shapeOf<LaneRef>({
  operation: oneOf(operationKinds),
  main: isText,
  workflowId: isWorkflowId,
  firstRunId: isRunId,
  by: optional(isText),
  reason: optional(isText),
});

type Word<Kind extends Admission['kind']> = Omit<Extract<Admission, { readonly kind: Kind }>, 'kind'>;

const admissions: Readonly<Record<Admission['kind'], (value: unknown) => boolean>> = {
  granted: shapeOf<Word<'granted'>>({ hold: optional(isHold) }),
  waiting: shapeOf<Word<'waiting'>>({ behind: isLaneRef }),
  held: shapeOf<Word<'held'>>({ hold: isHold }),
  unobservable: shapeOf<Word<'unobservable'>>({ why: isText }),
  superseded: shapeOf<Word<'superseded'>>({ by: isLaneRef }),
};

function isAdmission(value: unknown): value is Admission {
  if (!isObject(value)) return false;
  const { kind } = value;
  return isText(kind) && Object.hasOwn(admissions, kind) && admissions[kind as Admission['kind']](value);
}

const isTarget = shapeOf<GitopsTarget>({ repository: isText, branch: isText });

export const isAdmissionMessage = shapeOf<AdmissionMessage>({
  entry: isText,
  sequence: isCount,
  admission: isAdmission,
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
