import { setCurrentDetails, upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { details } from '../promotion/details.ts';
import type { PromotionInput } from '../promotion/messages.ts';
import {
  advances,
  type EnvironmentStatus,
  hasEnded,
  type PromotionState,
  type PromotionStatus,
} from '../promotion/status.ts';
import { carry, rollbackCargo } from './environment.ts';
import { type Cargo, EnvironmentRun } from './environment-run.ts';
import { stateAttributes } from './search-attributes.ts';

/** The state of one `PromoteMainCommit`: its environments, and what people see of them. */
export class Promotion {
  readonly runs = new Map<string, EnvironmentRun>();
  /** Set by a rollback of an environment: no further stage starts. */
  ending: string | undefined;
  private readonly head: Omit<PromotionStatus, 'environments' | 'state' | 'refusals'>;
  private refusals: PromotionStatus['refusals'] = [];
  private state: PromotionState = 'running';
  private readonly rollbacks = new Set<Promise<void>>();
  private published = '';

  constructor(input: PromotionInput, id: string) {
    const startedAt = workflowInfo().startTime.toISOString();
    this.head = { id, platform: id.split('/').slice(1, -1).join('/'), ...input, subject: '', startedAt };
  }

  /** Called once, when the platform has been read. */
  begin(subject: string, stages: readonly (readonly string[])[]): void {
    Object.assign(this.head, { subject });
    for (const [stage, names] of stages.entries())
      for (const name of names)
        this.runs.set(name, new EnvironmentRun(this.head.source, this.initial(name, stage), () => this.publish()));
    this.publish();
  }

  private initial(environment: string, stage: number): EnvironmentStatus {
    return {
      environment,
      stage,
      state: 'waiting',
      since: this.head.startedAt,
      main: this.head.commit,
      errand: 'promote',
      waitingFor: [],
      message: '',
    };
  }

  get status(): PromotionStatus {
    const environments = [...this.runs.values()].map(({ status }) => status);
    return { ...this.head, state: this.state, environments, refusals: this.refusals };
  }

  refuse(action: string, reason: string): void {
    this.refusals = [...this.refusals, { at: new Date().toISOString(), action, reason }].slice(-20);
    this.publish();
  }

  /** Carries this commit through the environments of one stage, side by side; true: the next may start. */
  async carryStage(names: readonly string[]): Promise<boolean> {
    const runs = names.flatMap((name) => this.runs.get(name) ?? []);
    const due = runs.filter(({ status }) => !hasEnded(status.state));
    await Promise.all(due.map((run) => carry(run, { errand: 'promote', main: this.head.commit })));
    return this.ending === undefined && runs.every(({ status }) => advances(status.state));
  }

  /** Takes one environment back, and ends the stages after it. */
  rollBack(run: EnvironmentRun, by: string, reason: string): void {
    this.ending = `${run.name} is rolled back by ${by}: ${reason}`;
    for (const later of this.runs.values())
      if (later.status.stage > run.status.stage && later.running && !later.status.mergeCommit && !later.stop)
        later.stopWith({ kind: 'abort', by: 'Fairlead', reason: this.ending });
    if (run.running) run.stopWith({ kind: 'rollback', by, reason });
    else this.rollBackEnded(run, rollbackCargo(run, by, reason));
  }

  private rollBackEnded(run: EnvironmentRun, cargo: Cargo | undefined): void {
    if (!cargo) return;
    const rollback = carry(run, cargo);
    this.rollbacks.add(rollback);
    void rollback.finally(() => this.rollbacks.delete(rollback));
  }

  /** Resolves when nothing runs any more; what was never started is said to be so. */
  async settled(cancelled: () => boolean): Promise<void> {
    while (this.rollbacks.size > 0) await Promise.all(this.rollbacks);
    for (const run of this.runs.values())
      if (!hasEnded(run.status.state)) run.enter('not reached', 'an earlier stage did not get through');
    this.state = this.outcome(cancelled());
    this.publish();
  }

  private outcome(cancelled: boolean): Exclude<PromotionState, 'running'> {
    for (const { state } of [...this.runs.values()].map(({ status }) => status))
      if (state === 'rejected' || state === 'rolled back' || state === 'aborted' || state === 'superseded')
        return state;
    return cancelled ? 'aborted' : 'promoted';
  }

  /** Shows the status in the Temporal UI; writes to history only when a search attribute changes. */
  private publish(): void {
    const status = this.status;
    setCurrentDetails(details(status));
    const attributes = stateAttributes(status);
    const print = JSON.stringify(attributes.map(({ value }) => value));
    if (print === this.published) return;
    this.published = print;
    upsertSearchAttributes(attributes);
  }
}
