import { CancellationScope } from '@temporalio/workflow';
import type { PlatformSnapshot } from '../../activities/source/contract.ts';
import type { LaneRef } from '../../lane/types.ts';
import { asGiven } from '../../operation/claim.ts';
import { type GoNoFurtherMessage, type RolledBackMessage, rollbackPromotionId } from '../../operation/messages.ts';
import { advances, type OperationResult, type OperationState } from '../../operation/status.ts';
import { shortSha } from '../../short-names.ts';
import type { WorkflowEnd } from '../../temporal/workflows-port.ts';
import type { EnvironmentRun } from '../environment/environment-run.ts';
import { runEnvironment } from '../environment/run-environment.ts';
import type { AwaitedRollback, PromotionMemory, RollbackRef } from '../memory/operation-memory.ts';
import type { PromotionStart } from '../memory/operation-shape.ts';
import type { Renewal } from '../temporal/renewal.ts';
import { step } from '../temporal/step.ts';
import { faultOfFollowing } from './followed-rollback.ts';
import { Operation } from './operation.ts';
import { awaitEnd, startRollback } from './start-rollback.ts';

/** One `PromoteMainCommit`: it takes a commit through the stages, and follows the rollbacks of its environments. */
export class Promotion {
  readonly operation: Operation;
  private readonly input: PromotionStart;
  private readonly rollbacks = new Set<Promise<unknown>>();
  /** The rollbacks that have begun, and whose ends are waited for. */
  private readonly awaited = new Set<AwaitedRollback>();
  /** The answers of the rollbacks that this promotion has begun itself, by environment. */
  private readonly own = new Map<string, Promise<string>>();
  /** The environments that are taken back and were not followed yet. */
  private readonly takenBack = new Map<EnvironmentRun, RolledBackMessage>();

  constructor(input: PromotionStart, renewal: Renewal) {
    const { source, commit, memory } = input;
    this.input = input;
    this.operation = new Operation({
      kind: 'promotion',
      source,
      commit,
      platformCommit: commit,
      rollBack: (run, by, reason) => this.rollBack(run, by, reason),
      renewal,
      memory: memory?.operation,
    });
    if (memory) this.remember(memory);
  }

  /** Answers all that the next execution of the workflow must know. */
  get memory(): PromotionMemory {
    const { operation, awaited, takenBack } = this;
    return {
      operation: operation.memory,
      awaited: [...awaited],
      takenBack: [...takenBack.values()],
    };
  }

  private remember({ awaited, takenBack }: PromotionMemory): void {
    const { runs } = this.operation;
    for (const message of takenBack) {
      const run = runs.get(message.environment);
      if (run) this.takenBack.set(run, message);
    }
    for (const each of awaited) {
      const run = runs.get(
        each.kind === 'one' ? each.message.environment : each.kind === 'own' ? each.environment : '',
      );
      if (each.kind === 'all') void this.followAll(each);
      else if (run && each.kind === 'one') void this.followRollback(run, each);
      else if (run && each.kind === 'own') this.showRefusal(this.followOwn(each.environment, each));
    }
  }

  /** Takes the commit through all stages, and waits for the rollbacks; begins where an earlier execution ended. */
  async run(cancelled: () => boolean): Promise<OperationResult> {
    const { operation } = this;
    if (operation.runs.size === 0) {
      const { source, commit } = this.input;
      const read = step('readPlatform', `read fairlead.yaml at ${shortSha(commit)}`, operation);
      const platform = await operation.lookUnlessAborted(() => read({ source, commit }));
      if (!platform) return operation.conclude('aborted');
      this.begin(platform);
    } else {
      const underWay = [...operation.runs.values()].filter(({ isUnderWay }) => isUnderWay);
      await Promise.all(underWay.map((run) => this.runEnvironment(run)));
    }
    for (const stage of operation.stages) if (!(await this.runStage(stage))) break;
    return CancellationScope.nonCancellable(() => this.settle(cancelled));
  }

  private begin({ subject, stages }: PlatformSnapshot): void {
    this.operation.begin(subject, stages);
  }

  /** Deploys this commit in the environments of one stage, side by side; true: the next stage may start. */
  private async runStage(names: readonly string[]): Promise<boolean> {
    const { operation } = this;
    const runs = names.flatMap((name) => operation.runs.get(name) ?? []);
    const due = runs.filter(({ status }) => status.state === 'waiting');
    await Promise.all(due.map((run) => this.runEnvironment(run)));
    return operation.ending === undefined && runs.every(({ status }) => advances(status.state));
  }

  private async runEnvironment(run: EnvironmentRun): Promise<void> {
    await runEnvironment(run, { operation: 'promotion', main: this.input.commit });
    const { takenBackBy } = run;
    if (takenBackBy && !this.takenBack.has(run)) this.takenBack.set(run, rolledBackBy(run, takenBackBy));
    this.watchTakenBack();
  }

  /** Notes that an environment is being taken back: the stages after it do not start any more. */
  rolledBack(message: RolledBackMessage): void {
    const { environment, by, reason } = message;
    const run = this.operation.runs.get(environment);
    if (!run || run.status.state === 'waiting') return;
    this.operation.endAfter(run.status.stage, `${environment} is rolled back by ${asGiven(by)}: ${reason}`);
    this.takenBack.set(run, message);
    this.watchTakenBack();
  }

  /**
   * Notes that all environments of this promotion are being taken back, one after the other. Whatever a message names is waited for:
   * it must be what takes this promotion back, and few of its runs at a time.
   */
  goNoFurther({ by, reason, rollback, run: runId }: GoNoFurtherMessage): void {
    const { operation } = this;
    const fault = faultOfFollowing(
      rollback,
      rollbackPromotionId(operation.status.platform, this.input.commit),
      this.awaited,
    );
    if (fault !== undefined) {
      operation.addRefusal('goNoFurther', fault);
      return;
    }
    operation.endAfter(-1, `all that this promotion reached is rolled back by ${asGiven(by)}: ${reason}`);
    for (const run of operation.runs.values()) {
      const { state, message } = run.status;
      if (advances(state)) run.enter(state, `${message}; ${rollback} takes back all that this promotion reached`);
    }
    void this.followAll({ kind: 'all', rollback: { workflowId: rollback, runId } });
  }

  /**
   * Follows the rollbacks of environments in which nothing runs any more; what still runs is superseded by the lane.
   */
  private watchTakenBack(): void {
    for (const [run, message] of this.takenBack) {
      const { state, message: words, operation } = run.status;
      if (run.control.isRunning || !(advances(state) || state === 'rolled back')) continue;
      this.takenBack.delete(run);
      void this.followRollback(run, { kind: 'one', message, before: { state, message: words, operation } });
    }
  }

  /** Waits until a rollback has ended: only then it is known whether the environment is rolled back. */
  private followRollback(run: EnvironmentRun, one: AwaitedOf<'one'>): Promise<void> {
    const { message: asked, before } = one;
    const { by, reason, rollback } = asked;
    const words = `by ${rollback}, asked by ${asGiven(by)}: ${reason}`;
    run.enter('rolling back', words, { operation: 'rollback' });
    return this.track(one, { workflowId: rollback, runId: asked.run }, ({ state, message }) => {
      // Another rollback may have begun meanwhile.
      if (run.status.state !== 'rolling back') return;
      if (state === 'rolled back') return run.enter('rolled back', words);
      const rest = `${rollback} ended as ${state}${message && `: ${message}`}`;
      const end = advances(before.state) ? before.state : 'superseded';
      run.enter(end, `${before.message}; ${rest}`, { operation: before.operation });
    });
  }

  private followAll(all: AwaitedOf<'all'>): Promise<void> {
    return this.track(all, all.rollback, () => undefined);
  }

  /** Takes one environment back by a rollback of its own; answers why it could not, '' where it could. */
  private rollBack(run: EnvironmentRun, by: string, reason: string): Promise<string> {
    return this.own.get(run.name) ?? this.trackWork(this.beginRollback(run, by, reason));
  }

  private async beginRollback({ name }: EnvironmentRun, by: string, reason: string): Promise<string> {
    const { source, commit: of, historyLimit } = this.input;
    const { renewal, status } = this.operation;
    const input = { source, environment: name, of, by, reason, config: 'today', force: false, historyLimit } as const;
    const rollback = await renewal.whileActive(() => startRollback(status.platform, input));
    return typeof rollback === 'string' ? rollback : this.followOwn(name, { kind: 'own', environment: name, rollback });
  }

  private followOwn(name: string, own: AwaitedOf<'own'>): Promise<string> {
    const answer = this.track(own, own.rollback, (end) => {
      this.own.delete(name);
      return whyNotRolledBack(own.rollback.workflowId, end);
    });
    this.own.set(name, answer);
    return answer;
  }

  /** Shows people what an earlier execution of the workflow was asked for, and what is refused only now. */
  private showRefusal(answer: Promise<string>): void {
    void answer.then((refused) => {
      if (refused !== '') this.operation.addRefusal('rollback', refused);
    });
  }

  /** Waits until a rollback has ended, and does what follows. */
  private track<T>(awaited: AwaitedRollback, rollback: RollbackRef, follow: (end: WorkflowEnd) => T): Promise<T> {
    this.awaited.add(awaited);
    const { renewal } = this.operation;
    const work = async () => {
      const end = await awaitEnd(this.operation, rollback);
      this.awaited.delete(awaited);
      return follow(end);
    };
    return this.trackWork(CancellationScope.nonCancellable(() => renewal.whileActive(work)));
  }

  private trackWork<T>(work: Promise<T>): Promise<T> {
    this.rollbacks.add(work);
    void work.finally(() => this.rollbacks.delete(work));
    return work;
  }

  /** Waits until no rollback runs any more, and concludes the operation. */
  private async settle(cancelled: () => boolean): Promise<OperationResult> {
    while (this.rollbacks.size > 0) await Promise.all(this.rollbacks);
    return this.operation.conclude(this.outcomeState(cancelled()));
  }

  private outcomeState(cancelled: boolean): Exclude<OperationState, 'running'> {
    for (const { state } of this.operation.status.environments)
      if (state === 'rejected' || state === 'rolled back' || state === 'aborted' || state === 'superseded')
        return state;
    return cancelled || this.operation.ending !== undefined ? 'aborted' : 'promoted';
  }
}

type AwaitedOf<Kind extends AwaitedRollback['kind']> = Extract<AwaitedRollback, { readonly kind: Kind }>;

/** Makes the message of the rollback that took the turn, where it did not find this promotion itself. */
function rolledBackBy({ name }: EnvironmentRun, successor: LaneRef): RolledBackMessage {
  const { workflowId: rollback, firstRunId: run, by = 'a person', reason = '' } = successor;
  return { environment: name, by, reason, rollback, run };
}

/** Says why a rollback of its own has not taken an environment back; '' where it has. */
function whyNotRolledBack(workflowId: string, { state, message }: WorkflowEnd): string {
  if (state === 'rolled back') return '';
  return message === '' ? `${workflowId} ended as ${state}` : message;
}
