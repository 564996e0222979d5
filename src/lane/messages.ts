import { branchKey } from '../platform/branch-key.ts';

export type {
  AdmissionMessage,
  LaneBeganMessage,
  LeaveMessage,
  OverrideMessage,
  RevertedMessage,
} from './received.ts';

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

export interface LaneAnswer {
  /** What holds now, for people. */
  readonly message: string;
}

/** Workflow id of the lane of one GitOps branch. `repository`: `platformId` of its repository. */
export function laneId(repository: string, branch: string): string {
  return `lane/${repository}/${branchKey(branch)}`;
}
