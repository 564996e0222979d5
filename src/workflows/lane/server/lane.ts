import {
  ActivityFailure,
  getExternalWorkflowHandle,
  isCancellation,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { identityOf, observedFields } from '../../../lane/compared.ts';
import { decide, needsObservation } from '../../../lane/decide.ts';
import { laneTrouble, notHeldWords } from '../../../lane/details.ts';
import { allEntries, isInLane } from '../../../lane/entries.ts';
import { fullWords, handOn, isFull, readRefusals } from '../../../lane/memory.ts';
import { type AdmissionMessage, admissionSignal } from '../../../lane/messages.ts';
import { entryFromElsewhere, isSamePlace } from '../../../lane/place.ts';
import type {
  LaneCommand,
  LaneEntry,
  LaneEvent,
  LaneInput,
  LanePlace,
  LaneState,
  LaneStatus,
} from '../../../lane/types.ts';
import { type Refusal, withRefusal } from '../../../operation/refusal.ts';
import { repositoryKey } from '../../../platform/repository/platform-id.ts';
import { startAttributes } from '../../../temporal/attributes/search-attributes.ts';
import { failureText } from '../../temporal/failure-text.ts';
import { step } from '../../temporal/step.ts';
import { Troubles } from '../../temporal/troubles.ts';
import { LaneAddress } from './lane-address.ts';
import { LaneDisplay } from './lane-display.ts';
import { LanePace } from './lane-pace.ts';
import { LaneRecord } from './lane-record.ts';

/**
 * A lane: its state, and the events that it has not handled yet. `decide` alone changes the state by an event. Events
 * are handled one after the other; what must wait for a step goes on in the background, and comes back as an event.
 */
export class Lane {
  state: LaneState;
  private readonly address: LaneAddress;
  private readonly inbox: LaneEvent[] = [];
  private readonly inProgress = new Set<Promise<void>>();
  /** Its steps that fail again and again. */
  readonly troubles = new Troubles(() => this.publish());
  private readonly display = new LaneDisplay();
  private readonly pace = new LanePace();
  begun = false;
  private observing = false;
  private readonly record: LaneRecord;
  private refusals: readonly Refusal[];
  private handled = 0;
  private added = 0;

  constructor(input: LaneInput, state: LaneState) {
    this.address = new LaneAddress(input);
    this.record = new LaneRecord(this.address, this);
    this.state = state;
    this.refusals = readRefusals(input.refusals);
  }

  get status(): LaneStatus {
    const { current, waiting, configuring, hold, calendar: freeze } = this.state;
    const { gitops, place, movedFrom } = this.address;
    const { refusals } = this;
    return {
      gitops,
      ...place,
      movedFrom,
      current,
      waiting,
      configuring,
      hold,
      freeze,
      trouble: laneTrouble(this.state, this.record.troubles(this.state)),
      refusals,
    };
  }

  /** Keeps why a signal could not be carried out. */
  addRefusal(action: string, reason: string): void {
    this.refusals = withRefusal(this.refusals, { at: new Date().toISOString(), action, reason });
    this.publish();
  }

  get hasWork(): boolean {
    return this.inbox.length > 0 || (needsObservation(this.state) && !this.observing);
  }

  /** Tells whether nothing is under way: the state is all that there is. */
  get isIdle(): boolean {
    return !this.hasWork && !this.observing && this.inProgress.size === 0;
  }

  /** Adds an event; answers its number, for `hasHandled`. */
  addEvent(event: LaneEvent): number {
    this.inbox.push(event);
    this.added += 1;
    return this.added;
  }

  hasHandled(number: number): boolean {
    return this.handled >= number;
  }

  /** Lists the entries that it has not handled yet, each as it came last. */
  get arrivals(): readonly LaneEntry[] {
    const entries = this.inbox.flatMap((event) => (event.kind === 'enter' ? [event.entry] : []));
    return [...new Map(entries.map((entry) => [entry.id, entry])).values()];
  }

  /** Handles events, and observes where the rules ask for it, until there is nothing to do. */
  async handleEvents(): Promise<void> {
    while (this.hasWork) {
      for (let event = this.inbox.shift(); event; event = this.inbox.shift()) {
        await this.handleEvent(event);
        const pause = this.pace.noteHandled();
        if (pause) await pause;
      }
      if (needsObservation(this.state) && !this.observing) this.inBackground(this.observeWorld());
    }
  }

  private async handleEvent(event: LaneEvent): Promise<void> {
    const arrival = entryFromElsewhere(this.address.place, this.state, event);
    if (arrival) {
      this.handled += 1;
      return this.inBackground(this.admitOrRefuse(arrival, event));
    }
    if (event.kind === 'enter' && isFull(this.state) && !isInLane(this.state, event.entry)) {
      this.handled += 1;
      return this.refuseEntry(event.entry, fullWords);
    }
    if (event.kind === 'resume' && !this.state.hold) this.addRefusal('resume', notHeldWords(this.status));
    if (event.kind === 'enter' && !isInLane(this.state, event.entry)) this.address.takeUrl(event.entry);
    if (event.kind === 'observed') this.record.endLook(event.observation);
    const { state, commands } = decide(this.state, event, new Date().toISOString());
    this.state = state;
    this.publish();
    for (const command of commands) await this.performCommand(command);
    this.handled += 1;
  }

  async performCommand(command: LaneCommand): Promise<void> {
    if (command.kind === 'record') return this.inBackground(this.writeRecord(command));
    const { entry, admission, sequence, revert } = command;
    const { gitops, place } = this.address;
    const about = revert === undefined ? {} : { revert };
    const message: AdmissionMessage = {
      gitops,
      environment: place.environment,
      entry: entry.id,
      sequence,
      admission,
      ...about,
    };
    try {
      await getExternalWorkflowHandle(entry.workflowId).signal(admissionSignal, message);
    } catch (error) {
      if (isCancellation(error)) throw error;
      this.inBackground(this.askAboutUntold(entry, error instanceof Error ? error.message : String(error)));
    }
  }

  /** Asks what has become of an entry that could not be told anything: only one that has ended is gone. */
  private async askAboutUntold(entry: LaneEntry, why: string): Promise<void> {
    const hasEnded = await step('hasEnded', `does ${entry.workflowId} run?`, this)(identityOf(entry));
    this.addEvent(hasEnded ? { kind: 'gone', id: entry.id } : { kind: 'untold', id: entry.id, why });
  }

  /** Answers what is passed on when the lane continues as new. */
  get memory(): Pick<LaneInput, 'source' | 'environment' | 'movedFrom' | 'state' | 'refusals'> {
    const { place, movedFrom } = this.address;
    return { ...place, movedFrom, state: handOn(this.state), refusals: this.refusals };
  }

  /** Moves to the place of a new entry and then handles its event, or refuses the entry and says why. */
  private async admitOrRefuse(entry: LaneEntry, event: LaneEvent): Promise<void> {
    const { address } = this;
    const answer = await address.askAdmission(entry, this, allEntries(this.state).length > 0);
    if (answer.kind === 'refused') return this.refuseEntry(entry, answer.why);
    const reason = address.moveTo(entry, new Date().toISOString());
    if (reason !== undefined) this.announceMove(reason);
    this.addEvent(event);
  }

  private async refuseEntry(entry: LaneEntry, why: string): Promise<void> {
    this.addRefusal('enter', `${entry.workflowId}: ${why}`);
    const sequence = Math.max(this.state.sequence + 1, Date.now());
    this.state = { ...this.state, sequence };
    await this.performCommand({ kind: 'tell', entry, admission: { kind: 'refused', why }, sequence });
  }

  /**
   * Belongs to the place that the earlier run served: whoever has started this run enters like everybody else, and may be
   * refused.
   */
  goBackTo(place: LanePlace): void {
    if (isSamePlace(this.address.place, place)) return;
    this.address.place = place;
    this.showPlace();
  }

  /** Shows a move in the status, in the details, to searches and in the record. */
  private announceMove(reason: string): void {
    this.showPlace();
    this.inBackground(this.writeRecord({ kind: 'record', event: 'moved', by: 'Fairlead', reason }));
    this.publish();
  }

  private showPlace(): void {
    const { source, environment } = this.address.place;
    upsertSearchAttributes(startAttributes(repositoryKey(source), { environment }));
  }

  private inBackground(work: Promise<void>): void {
    this.inProgress.add(work);
    void work
      .catch((error: unknown) => {
        // A cancellation ends the whole lane.
        if (!isCancellation(error)) throw error;
      })
      .finally(() => this.inProgress.delete(work));
  }

  private async observeWorld(): Promise<void> {
    this.observing = true;
    const { gitops, place } = this.address;
    const entries = allEntries(this.state).map(observedFields);
    this.record.beginLook();
    try {
      const order = { gitops, ...place, entries, seenReverts: this.state.seenReverts };
      const observation = await step('observeLane', `${place.environment}: observe the world`, this)(order);
      this.addEvent({ kind: 'observed', observation, looked: entries.map(({ id }) => id) });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.addEvent({ kind: 'unobservable', why: `it cannot see the world. ${failureText(error)}` });
    } finally {
      this.observing = false;
    }
  }

  private async writeRecord(command: Extract<LaneCommand, { kind: 'record' }>): Promise<void> {
    await this.record.write(command);
    this.publish();
  }

  publish(): void {
    this.display.show(this.status, this.state, this.troubles.present);
  }
}
