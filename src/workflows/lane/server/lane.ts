import {
  ActivityFailure,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { decide, emptyLane, needsObservation } from '../../../lane/decide.ts';
import { laneDetails } from '../../../lane/details.ts';
import { type AdmissionMessage, admissionSignal } from '../../../lane/messages.ts';
import type {
  LaneCommand,
  LaneEntry,
  LaneEvent,
  LaneInput,
  LaneState,
  LaneStatus,
  TrackedEntry,
} from '../../../lane/types.ts';
import type { Refusal } from '../../../operation/refusal.ts';
import { failureText } from '../../temporal/failure-text.ts';
import { laneAttributes } from '../../temporal/search-attributes.ts';
import { step } from '../../temporal/step.ts';

/** The state of a lane, and the events that it has not come to yet. */
export class Lane {
  state: LaneState;
  private readonly input: LaneInput;
  private readonly inbox: LaneEvent[] = [];
  private readonly under = new Set<Promise<void>>();
  begun = false;
  private observing = false;
  private unrecorded: string | undefined;
  private refusals: readonly Refusal[] = [];
  private done = 0;
  private added = 0;
  private published = '';

  constructor(input: LaneInput) {
    this.input = input;
    this.state = input.state ?? emptyLane;
  }

  get status(): LaneStatus {
    const { gitops, source, environment } = this.input;
    const { current, waiting, configuring, hold, calendar: freeze } = this.state;
    const { trouble, refusals } = this;
    return {
      gitops,
      source,
      environment,
      ...(current && { current }),
      waiting,
      configuring,
      ...(hold && { hold }),
      ...(freeze && { freeze }),
      ...(trouble !== undefined && { trouble }),
      refusals,
    };
  }

  private get trouble(): string | undefined {
    const { unobservable } = this.state;
    const words = [
      ...(unobservable ? [`Lets nobody in: ${unobservable.why}`] : []),
      ...(this.unrecorded ? [this.unrecorded] : []),
    ];
    return words.length === 0 ? undefined : words.join(' ');
  }

  /** Keeps why a signal could not be obeyed. */
  refuse(action: string, reason: string): void {
    this.refusals = [...this.refusals, { at: new Date().toISOString(), action, reason }].slice(-20);
    this.publish();
  }

  get hasWork(): boolean {
    return this.inbox.length > 0 || (needsObservation(this.state) && !this.observing);
  }

  /** Nothing is under way: the state is all that there is. */
  get isIdle(): boolean {
    return !this.hasWork && !this.observing && this.under.size === 0;
  }

  /** Answers a number to wait for: `hasCome`. */
  add(event: LaneEvent): number {
    this.inbox.push(event);
    this.added += 1;
    return this.added;
  }

  hasCome(number: number): boolean {
    return this.done >= number;
  }

  /** Entries that it has not come to yet, the latest of each. */
  get arrivals(): readonly LaneEntry[] {
    const entries = this.inbox.flatMap((event) => (event.kind === 'enter' ? [event.entry] : []));
    return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
  }

  /** Until nothing is to be done. */
  async work(): Promise<void> {
    while (this.hasWork) {
      for (let event = this.inbox.shift(); event; event = this.inbox.shift()) await this.take(event);
      if (needsObservation(this.state) && !this.observing) this.inBackground(this.observation());
    }
  }

  private async take(event: LaneEvent): Promise<void> {
    const { state, commands } = decide(this.state, event, new Date().toISOString());
    this.state = state;
    this.publish();
    for (const command of commands) await this.perform(command);
    this.done += 1;
  }

  async perform(command: LaneCommand): Promise<void> {
    if (command.kind === 'record') return this.inBackground(this.record(command));
    const { entry, admission, sequence, revert } = command;
    const { gitops, environment } = this.input;
    const about = revert === undefined ? {} : { revert };
    const message: AdmissionMessage = { gitops, environment, entry: entry.id, sequence, admission, ...about };
    try {
      await getExternalWorkflowHandle(entry.workflowId).signal(admissionSignal, message);
    } catch (error) {
      if (isCancellation(error)) throw error;
      // The only other way for this to fail: there is no such workflow any more.
      this.add({ kind: 'gone', id: entry.id });
    }
  }

  private inBackground(work: Promise<void>): void {
    this.under.add(work);
    void work
      .catch((error: unknown) => {
        // Whoever runs the lane ends with it.
        if (!isCancellation(error)) throw error;
      })
      .finally(() => this.under.delete(work));
  }

  private async observation(): Promise<void> {
    this.observing = true;
    const { gitops, source, environment } = this.input;
    const { current, waiting, configuring, seenReverts } = this.state;
    const entries = [...(current ? [current] : []), ...waiting, ...configuring].map(asked);
    try {
      const order = { gitops, source, environment, entries, seenReverts };
      const observation = await step('observeLane', `${environment}: look at the world`)(order);
      this.add({ kind: 'observed', observation, looked: entries.map(({ id }) => id) });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.add({ kind: 'unobservable', why: `it cannot see the world. ${failureText(error)}` });
    } finally {
      this.observing = false;
    }
  }

  private async record({ event, by, reason, hold, main }: Extract<LaneCommand, { kind: 'record' }>): Promise<void> {
    const { gitops, environment } = this.input;
    const entry = {
      time: new Date().toISOString(),
      event,
      by,
      ...(reason !== undefined && { reason }),
      ...(main !== undefined && { main }),
      ...(hold?.until !== undefined && { until: hold.until }),
      ...(hold?.config && { configHeld: true }),
      ...(hold?.revert !== undefined && { revert: hold.revert }),
    };
    try {
      await step('record', `${environment}: record ${event}`)({ environment, gitops, entry });
      this.unrecorded = undefined;
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.unrecorded = `That it was ${event} could not be recorded: ${failureText(error)}`;
    }
    this.publish();
  }

  publish(): void {
    const { status } = this;
    setCurrentDetails(laneDetails(status));
    const state = status.hold || status.freeze?.now ? 'held' : status.current ? 'taken' : 'free';
    if (state === this.published) return;
    this.published = state;
    upsertSearchAttributes(laneAttributes(state));
  }
}

/** What a look at the world must know of an operation. */
function asked({ id, operation, main, workflowId, firstRunId, relations }: TrackedEntry) {
  return { id, operation, main, workflowId, firstRunId, ...(relations && { relations }) };
}
