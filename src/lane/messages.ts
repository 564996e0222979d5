import { branchKey } from '../platform/branch-key.ts';

export type {
  AdmissionMessage,
  HoldAnswer,
  LaneBeganMessage,
  LeaveMessage,
  OverrideMessage,
  RevertedMessage,
} from './received.ts';

/** Names the workflow type of a lane. */
export const laneWorkflow = 'EnvironmentLane';

/** Names the signals that a lane takes. `hold` and `resume` are updates, too. */
export const laneSignals = {
  enter: 'enter',
  reverted: 'reverted',
  leave: 'leave',
  override: 'override',
  hold: 'hold',
  resume: 'resume',
} as const;

/** Names the query by which a step asks a lane, just before it merges, what holds an operation. */
export const holdQuery = 'holdFor';

/** Names the signal by which a lane tells an operation its admission. */
export const admissionSignal = 'admission';

/** Names the signal by which a lane that has begun without memory asks operations to enter again. */
export const laneBeganSignal = 'laneBegan';

/** What a person sends to hold a lane. */
export interface HoldMessage {
  readonly by: string;
  readonly reason: string;
  /** When the hold ends by itself, ISO 8601; default: when somebody resumes. */
  readonly until?: string;
  /** Config changes are held, too. */
  readonly config?: boolean;
}

/** What a person sends to end a hold. */
export interface ResumeMessage {
  readonly by: string;
  readonly reason?: string;
}

/** What a lane answers to a hold or a resume. */
export interface LaneAnswer {
  /** What holds the lane now, in a sentence for people. */
  readonly message: string;
}

/** Answers the workflow id of the lane of one GitOps branch. `repository`: `platformId` of its repository. */
export function laneId(repository: string, branch: string): string {
  return `lane/${repository}/${branchKey(branch)}`;
}
