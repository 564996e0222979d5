import {
  ActivityFailure,
  getExternalWorkflowHandle,
  isCancellation,
  setCurrentDetails,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import { decide, emptyLane, needsSurvey } from '../../../lane/decide.ts';
import { laneDetails } from '../../../lane/details.ts';
import { type StandingMessage, standingSignal } from '../../../lane/messages.ts';
import type { LaneCommand, LaneEvent, LaneInput, LaneState, LaneStatus, Visit, Visitor } from '../../../lane/types.ts';
import type { Refusal } from '../../../operation/status.ts';
import { failureText } from '../../environment/results.ts';
import { laneAttributes } from '../../temporal/search-attributes.ts';
import { step } from '../../temporal/step.ts';

/** The state of a lane, and the events that it has not come to yet. */
export class Lane {
  state: LaneState;
  private readonly input: LaneInput;
  private readonly inbox: LaneEvent[] = [];
  private readonly under = new Set<Promise<void>>();
  begun = false;
  private surveying = false;
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
    const { occupant, waiting, configuring, hold, calendar: freeze } = this.state;
    const { trouble, refusals } = this;
    return {
      gitops,
      source,
      environment,
      ...(occupant && { occupant }),
      waiting,
      configuring,
      ...(hold && { hold }),
      ...(freeze && { freeze }),
      ...(trouble !== undefined && { trouble }),
      refusals,
    };
  }

  private get trouble(): string | undefined {
    const { unseen } = this.state;
    const words = [...(unseen ? [`Lets nobody in: ${unseen.why}`] : []), ...(this.unrecorded ? [this.unrecorded] : [])];
    return words.length === 0 ? undefined : words.join(' ');
  }

  /** Keeps why a signal could not be obeyed. */
  refuse(action: string, reason: string): void {
    this.refusals = [...this.refusals, { at: new Date().toISOString(), action, reason }].slice(-20);
    this.publish();
  }

  get hasWork(): boolean {
    return this.inbox.length > 0 || (needsSurvey(this.state) && !this.surveying);
  }

  /** Nothing is under way: the state is all that there is. */
  get isIdle(): boolean {
    return !this.hasWork && !this.surveying && this.under.size === 0;
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

  /** Visits that it has not come to yet, the latest of each. */
  get newcomers(): readonly Visit[] {
    const visits = this.inbox.flatMap((event) => (event.kind === 'visit' ? [event.visit] : []));
    return [...new Map(visits.map((visit) => [visit.id, visit])).values()];
  }

  /** Until nothing is to be done. */
  async work(): Promise<void> {
    while (this.hasWork) {
      for (let event = this.inbox.shift(); event; event = this.inbox.shift()) await this.take(event);
      if (needsSurvey(this.state) && !this.surveying) this.inBackground(this.survey());
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
    const { visit, standing, sequence, revert } = command;
    const { gitops, environment } = this.input;
    const about = revert === undefined ? {} : { revert };
    const message: StandingMessage = { gitops, environment, visit: visit.id, sequence, standing, ...about };
    try {
      await getExternalWorkflowHandle(visit.workflowId).signal(standingSignal, message);
    } catch (error) {
      if (isCancellation(error)) throw error;
      // The only other way for this to fail: there is no such workflow any more.
      this.add({ kind: 'gone', id: visit.id });
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

  private async survey(): Promise<void> {
    this.surveying = true;
    const { gitops, source, environment } = this.input;
    const { occupant, waiting, configuring, seenReverts } = this.state;
    const visitors = [...(occupant ? [occupant] : []), ...waiting, ...configuring].map(asked);
    try {
      const order = { gitops, source, environment, visitors, seenReverts };
      const survey = await step('surveyLane', `${environment}: look at the world`)(order);
      this.add({ kind: 'surveyed', survey, looked: visitors.map(({ id }) => id) });
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.add({ kind: 'unseen', why: `it cannot see the world. ${failureText(error)}` });
    } finally {
      this.surveying = false;
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
    const state = status.hold || status.freeze?.now ? 'held' : status.occupant ? 'taken' : 'free';
    if (state === this.published) return;
    this.published = state;
    upsertSearchAttributes(laneAttributes(state));
  }
}

/** What a look at the world must know of a visitor. */
function asked({ id, operation, main, workflowId, firstRunId, relations }: Visitor) {
  return { id, operation, main, workflowId, firstRunId, ...(relations && { relations }) };
}
