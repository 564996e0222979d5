import {
  ActivityFailure,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { decide, emptyLane, needsObservation } from '../../../lane/decide.ts';
import { laneDetails } from '../../../lane/details.ts';
import { allEntries, isInLane } from '../../../lane/entries.ts';
import { type AdmissionMessage, admissionSignal } from '../../../lane/messages.ts';
import { entryFromElsewhere } from '../../../lane/place.ts';
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
import { repositoryKey } from '../../../platform/platform-id.ts';
import { startAttributes } from '../../../temporal/search-attributes.ts';
import { failureText } from '../../temporal/failure-text.ts';
import { laneAttributes } from '../../temporal/search-attributes.ts';
import { step } from '../../temporal/step.ts';
import { LaneAddress } from './lane-address.ts';

/** The state of a lane, and the events that it has not come to yet. */
export class Lane {
  state: LaneState;
  private readonly address: LaneAddress;
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
    this.address = new LaneAddress(input);
    this.state = input.state ?? emptyLane;
  }

  get status(): LaneStatus {
    const { current, waiting, configuring, hold, calendar: freeze } = this.state;
    const { gitops, place, movedFrom } = this.address;
    const { trouble, refusals } = this;
    return {
      gitops,
      ...place,
      movedFrom,
      current,
      waiting,
      configuring,
      hold,
      freeze,
      trouble,
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
    const stranger = entryFromElsewhere(this.address.place, this.state, event);
    if (stranger) {
      this.done += 1;
      return this.inBackground(this.admit(stranger, event));
    }
    if (event.kind === 'enter' && !isInLane(this.state, event.entry)) this.address.takeUrl(event.entry);
    const { state, commands } = decide(this.state, event, new Date().toISOString());
    this.state = state;
    this.publish();
    for (const command of commands) await this.perform(command);
    this.done += 1;
  }

  async perform(command: LaneCommand): Promise<void> {
    if (command.kind === 'record') return this.inBackground(this.record(command));
    const { entry, admission, sequence, revert } = command;
    const { gitops, place } = this.address;
    const { environment } = place;
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

  /** Everything that is to be passed on when it continues as new. */
  get memory(): Pick<LaneInput, 'source' | 'environment' | 'movedFrom' | 'state'> {
    const { place, movedFrom } = this.address;
    return { ...place, movedFrom, state: this.state };
  }

  /** Goes over to where somebody new comes from, or refuses them; then they are heard, or know why not. */
  private async admit(entry: LaneEntry, event: LaneEvent): Promise<void> {
    const { address } = this;
    const answer = await address.admits(entry, allEntries(this.state).length > 0);
    if (answer.kind === 'refused') return this.turnAway(entry, answer.why);
    const reason = address.goTo(entry, new Date().toISOString());
    if (reason !== undefined) this.sayMoved(reason);
    this.add(event);
  }

  private async turnAway(entry: LaneEntry, why: string): Promise<void> {
    this.refuse('enter', `${entry.workflowId}: ${why}`);
    const sequence = Math.max(this.state.sequence + 1, Date.now());
    this.state = { ...this.state, sequence };
    await this.perform({ kind: 'tell', entry, admission: { kind: 'refused', why }, sequence });
  }

  /** In the status, in the details, for searches and in the record. */
  private sayMoved(reason: string): void {
    const { source, environment } = this.address.place;
    upsertSearchAttributes(startAttributes(repositoryKey(source), { environment }));
    this.inBackground(this.record({ kind: 'record', event: 'moved', by: 'Fairlead', reason }));
    this.publish();
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
    const { gitops, place } = this.address;
    const { source, environment } = place;
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
    const { gitops, place } = this.address;
    const { environment } = place;
    const entry = {
      time: new Date().toISOString(),
      event,
      by,
      reason,
      main,
      until: hold?.until,
      configHeld: hold?.config ? true : undefined,
      revert: hold?.revert,
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
  return { id, operation, main, workflowId, firstRunId, relations };
}
