import type { Failure, FailureType } from '../../failure.ts';
import { type KnownTrouble, type TroubleName, troubles } from './catalogue.ts';
import type { CheckName } from './check-names.ts';
import { partRemedy } from './part-remedy.ts';

/** What a check came to. */
export type DoctorFinding = Asked | Trouble;

/** What is well, or could not be asked, or does not apply. */
interface Asked {
  readonly check: CheckName;
  /** What it is about: an environment, a repository, a cluster; '' where there is only one. */
  readonly about: string;
  readonly state: 'well' | 'not asked';
  /** What was found; of what was not asked, why, as a clause. */
  readonly detail: string;
}

/** What is wrong, or worth a second thought, and what mends it. */
interface Trouble extends Omit<Asked, 'state'> {
  readonly state: 'wrong' | 'warning';
  readonly trouble: TroubleName;
  /** A sentence. */
  readonly remedy: string;
  /** What kind of failure it is, for the exit code. */
  readonly type: FailureType;
}

/** What is found to be wrong; what is left out, the catalogue says. */
export interface TroubleFacts {
  readonly about?: string | undefined;
  /** One or more sentences. */
  readonly detail: string;
  readonly remedy?: string | undefined;
  readonly type?: FailureType;
}

/** A check, and what it is about. */
export interface Asking {
  readonly check: CheckName;
  readonly about?: string | undefined;
}

export function well({ check, about = '' }: Asking, detail: string): DoctorFinding {
  return { check, about, state: 'well', detail };
}

/** `why`: a clause. */
export function notAsked({ check, about = '' }: Asking, why: string): DoctorFinding {
  return { check, about, state: 'not asked', detail: why };
}

/** Makes a finding of a trouble: one that the catalogue calls a warning is no fault. */
export function wrong(trouble: Exclude<TroubleName, 'check failed'>, facts: TroubleFacts): DoctorFinding {
  const { check, remedy: usual, isWarning }: KnownTrouble & { readonly check: CheckName } = troubles[trouble];
  const state = isWarning ? 'warning' : 'wrong';
  const { about = '', detail, remedy = usual, type = 'InvalidConfig' } = facts;
  return { check, about, state, detail, trouble, remedy, type };
}

/** Makes a finding of a failure, which says itself what mends it. */
export function failed(
  trouble: Exclude<TroubleName, 'check failed'>,
  { message, type }: Failure,
  about?: string,
): DoctorFinding {
  return wrong(trouble, { about, type, ...partRemedy(message) });
}
