import type { Hold } from '../operation/hold.ts';
import type { GitopsTarget } from '../platform/types.ts';
import type { Admission, LaneEntry, Revert } from './types.ts';

export const laneWorkflow = 'EnvironmentLane';

/** Signals of the lane. `hold` and `resume` are updates, too. */
export const laneSignals = {
  enter: 'enter',
  reverted: 'reverted',
  leave: 'leave',
  override: 'override',
  hold: 'hold',
  resume: 'resume',
} as const;

/** Signal from the lane to an operation. */
export const admissionSignal = 'admission';

/** To whoever is under way here: the lane has begun without memory, see `LaneBeganMessage`. */
export const laneBeganSignal = 'laneBegan';

/** It knows nobody: who is there says so again, with how far it has got. */
export interface LaneBeganMessage {
  readonly environment: string;
}

/** Payload of `admission`. */
export interface AdmissionMessage {
  /** Whose lane says it. */
  readonly gitops: GitopsTarget;
  readonly environment: string;
  readonly entry: string;
  readonly sequence: number;
  readonly admission: Admission;
  /** The answer to `reverted`: the commit of that revert. */
  readonly revert?: string;
}

/** From an operation that is not let merge over it before the lane has answered. */
export interface RevertedMessage {
  readonly entry: LaneEntry;
  readonly revert: Revert;
}

export interface HoldMessage {
  readonly by: string;
  readonly reason: string;
  /** ISO 8601. */
  readonly until?: string;
  readonly config?: boolean;
}

export interface ResumeMessage {
  readonly by: string;
  readonly reason?: string;
}

export interface LeaveMessage {
  readonly id: string;
  readonly hold?: Omit<Hold, 'since'>;
}

export interface OverrideMessage {
  readonly id: string;
  readonly by: string;
  readonly reason: string;
}

export interface LaneAnswer {
  /** What holds now, for people. */
  readonly message: string;
}

/** Workflow id of the lane of one GitOps branch. `repository`: `owner/repo`. */
export function laneId(repository: string, branch: string): string {
  return `lane/${repository}/${branch}`;
}
