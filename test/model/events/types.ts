import type { MergeMethod } from '../../../fakes/github/model.ts';
import type { Activities } from '../../../src/activities/contract.ts';
import type { MergePolicy, OnFailure, WhenNewer } from '../../../src/platform/types.ts';

/** Names of the environments by stages. */
export type Stages = readonly (readonly string[])[];

export interface EnvironmentPlan {
  readonly merge: MergePolicy;
  readonly whenNewer: WhenNewer;
  readonly onFailure: OnFailure;
  readonly soakMs: number;
  /** The second application is assigned here: where it is not, its commits change nothing. */
  readonly api: boolean;
}

/** A small platform, before anything happens to it. */
export interface WorldPlan {
  readonly stages: Stages;
  /** One for each environment, in the order of the stages; those that are too many count for nothing. */
  readonly environments: readonly EnvironmentPlan[];
  /** Main's first commit is deployed and recorded healthy everywhere. */
  readonly seeded: boolean;
  readonly botMethod: MergeMethod;
  /** Events of history after which lanes continue as new; null: when the server suggests it. */
  readonly laneLimit: number | null;
  /** When no more happens: it comes to rest; people see through what was begun; and one more commit gets everywhere. */
  readonly ending: 'at rest' | 'seen through' | 'one more commit';
}

export type StepName = keyof Activities;

/** What is waited for after an event, before the next: so many steps of workflows, or that nothing moves any more. */
export type Pause = number | 'quiet';

/** How often the forge's webhook arrives after an event: a hint that may be lost, or come twice. */
export type Nudges = 0 | 1 | 2;

/** How an environment's clusters fare: `bad` content fails by itself, until they are `cured`. */
export type FluxMood = 'well' | 'failing' | 'lagging' | 'unreachable' | 'cured';

/** Numbers pick one of what is there when the event comes; where there is nothing, it does nothing. */
export type Happening =
  /**
   * A commit on main. `web` 3 is content that no cluster gets healthy with. `start`: how often it is promoted at once.
   */
  | { readonly kind: 'commit'; readonly web: number; readonly api: number; readonly start: 0 | 1 | 2 }
  /** `back`: how many commits behind main's head. */
  | { readonly kind: 'promote'; readonly back: number; readonly again: boolean }
  /** `value` 0–2 is a value of the environment, `note` changes nothing that is rendered, else it is a new policy. */
  | {
      readonly kind: 'config';
      readonly environment: number;
      readonly change: 0 | 1 | 2 | 'note' | MergePolicy;
      readonly apply: boolean;
    }
  | { readonly kind: 'apply'; readonly environment: number; readonly back: number }
  | { readonly kind: 'merge'; readonly pick: number; readonly method: MergeMethod }
  | { readonly kind: 'close'; readonly pick: number }
  | { readonly kind: 'push'; readonly pick: number }
  | { readonly kind: 'update'; readonly pick: number }
  | { readonly kind: 'approve'; readonly pick: number; readonly override: boolean; readonly stale: boolean }
  | { readonly kind: 'retry'; readonly pick: number }
  | { readonly kind: 'accept'; readonly pick: number }
  | { readonly kind: 'reject'; readonly pick: number }
  | { readonly kind: 'abort'; readonly pick: number; readonly all: boolean }
  /** The rollback of a promotion, as a decision on it. */
  | { readonly kind: 'take back'; readonly pick: number }
  | { readonly kind: 'rollback promotion'; readonly back: number; readonly config: 'today' | 'recorded' }
  | {
      readonly kind: 'rollback';
      readonly environment: number;
      /** Commits of main behind the deployed one; undefined: the default target. */
      readonly to: number | undefined;
      readonly config: 'today' | 'recorded';
      readonly force: boolean;
    }
  | {
      readonly kind: 'hold';
      readonly environment: number;
      readonly config: boolean;
      readonly forMs: number | undefined;
    }
  | { readonly kind: 'resume'; readonly environment: number }
  | { readonly kind: 'revert'; readonly environment: number }
  | { readonly kind: 'edit'; readonly environment: number; readonly where: 'ours' | 'new file' | 'elsewhere' }
  | { readonly kind: 'foreign request'; readonly environment: number }
  | { readonly kind: 'forged note'; readonly environment: number; readonly back: number }
  | { readonly kind: 'flux'; readonly environment: number; readonly mood: FluxMood }
  | { readonly kind: 'restart' }
  /** Somebody terminates the lane of an environment. */
  | { readonly kind: 'lose lane'; readonly environment: number }
  | { readonly kind: 'terminate'; readonly pick: number }
  | { readonly kind: 'cancel'; readonly pick: number }
  | { readonly kind: 'forge fails'; readonly calls: number; readonly when: 'before' | 'after' }
  /**
   * The next such step is done, but its answer is lost. `zombie`: it is still being done when it is asked for again.
   */
  | { readonly kind: 'lose answer'; readonly step: StepName; readonly zombie: boolean }
  /** The next such step waits, before or after it is done, until so many events have happened. */
  | { readonly kind: 'stall'; readonly step: StepName; readonly when: 'before' | 'after'; readonly events: number };

export type Kind = Happening['kind'];
export type Event = Happening & { readonly pause: Pause; readonly nudges: Nudges };
export type Of<K extends Kind> = Extract<Happening, { readonly kind: K }>;

/** All that is decided before a sequence runs. */
export interface SequencePlan {
  readonly world: WorldPlan;
  readonly events: readonly Event[];
}
