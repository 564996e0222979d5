import type { StepCall } from '../rig/steps-of-all.ts';

/** The time between two looks while something has just changed, and when nothing has for a while, in milliseconds. */
const looks = { soon: 25, later: 350, soonFor: 250 };

/** What is under way in a sequence, as far as steps tell. */
export class Traffic {
  /** The workflows that may be running. */
  readonly workflows = new Set<string>();
  /** Notes a workflow that did something, or was found doing it. */
  lastToMove = '';
  changedAt = Date.now();
  /** Steps that came to an end, however they ended; those that found that they have to wait are none. */
  done = 0;
  #underWay = 0;
  /** The time at which the last attempt of each waiting step began. */
  readonly #looked = new Map<string, number>();

  begin({ workflowId, activityId }: StepCall): void {
    this.#underWay += 1;
    this.workflows.add(workflowId);
    this.lastToMove = workflowId;
    this.#looked.set(keyOf(workflowId, activityId), Date.now());
  }

  end(): void {
    this.#underWay -= 1;
  }

  stepDone(): void {
    this.done += 1;
    this.changed();
  }

  /** Notes that something has changed: whoever waits must look again before anything can be called quiet. */
  changed(): void {
    this.changedAt = Date.now();
  }

  get isIdle(): boolean {
    return this.#underWay === 0;
  }

  hasLookedSince(workflowId: string, activityId: string, time: number): boolean {
    return (this.#looked.get(keyOf(workflowId, activityId)) ?? 0) > time;
  }

  /** Answers the milliseconds until a step that waits looks again: looking costs more than anything else. */
  get nextLookMs(): number {
    return Date.now() - this.changedAt < looks.soonFor ? looks.soon : looks.later;
  }
}

function keyOf(workflowId: string, activityId: string): string {
  return `${workflowId} ${activityId}`;
}
