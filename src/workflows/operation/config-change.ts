import { ActivityFailure, allHandlersFinished, CancellationScope, condition } from '@temporalio/workflow';
import type { ConfigSnapshot } from '../../activities/source/contract.ts';
import {
  type ConfigQueue,
  type ConfigQueueEvent,
  newConfigQueue,
  reduceConfigQueue,
} from '../../operation/config-queue.ts';
import { configureSignal } from '../../operation/messages.ts';
import type { OperationResult } from '../../operation/status.ts';
import { shortSha } from '../../short-names.ts';
import type { EnvironmentRun } from '../environment/environment-run.ts';
import { runEnvironment } from '../environment/run-environment.ts';
import type { ConfigMemory } from '../memory/operation-memory.ts';
import type { ConfigStart } from '../memory/operation-shape.ts';
import { failureText, isStepFailure } from '../temporal/failure-text.ts';
import type { Renewal } from '../temporal/renewal.ts';
import { step } from '../temporal/step.ts';
import { Operation } from './operation.ts';
import { outcomeOfOne } from './outcome-of-one.ts';

/** The config changes of one environment, one after the other; `reduceConfigQueue` decides which commit is next. */
export class ConfigChange {
  readonly operation: Operation;
  private readonly input: ConfigStart;
  private queue: ConfigQueue;

  constructor(input: ConfigStart, renewal: Renewal) {
    const { source, commit, memory } = input;
    this.input = input;
    this.queue = memory?.queue ?? newConfigQueue(commit);
    this.operation = new Operation({ kind: 'config change', source, commit, renewal, memory: memory?.operation });
  }

  /** Answers all that the next execution of the workflow must know. */
  get memory(): ConfigMemory {
    return { operation: this.operation.memory, queue: this.queue };
  }

  /** Applies one commit after the other, until nothing is left to do; begins where an earlier execution ended. */
  run(cancelled: () => boolean): Promise<OperationResult> {
    return this.operation.renewal.whileActive(async () => {
      let result = this.present?.isUnderWay ? await this.finishRun() : await this.begin();
      for (;;) {
        // A commit that came last may still be looked for.
        await handlersFinished();
        const { next } = this.queue;
        if (!next || cancelled()) return result;
        result = await this.applyCommit(next);
      }
    });
  }

  private get present(): EnvironmentRun | undefined {
    return this.operation.runs.get(this.input.environment);
  }

  private dispatch(event: ConfigQueueEvent): void {
    this.queue = reduceConfigQueue(this.queue, event);
  }

  /** Applies the first commit. Where it is not on the branch, one that came meanwhile takes its place. */
  private async begin(): Promise<OperationResult> {
    const first = await this.readFirst();
    if (first) return this.applyCommit(first);
    this.dispatch({ kind: 'ended', reads: 0, isAborted: true });
    return this.operation.conclude('aborted');
  }

  private async readFirst(): Promise<ConfigSnapshot | undefined> {
    try {
      return await this.operation.lookUnlessAborted(() => this.readConfig(this.input.commit));
    } catch (error) {
      if (!isStepFailure(error)) throw error;
      await handlersFinished();
      const { next } = this.queue;
      if (!next) throw error;
      this.operation.addRefusal(configureSignal, failureText(error));
      return next;
    }
  }

  /** Takes a newer config commit. One that is not on the branch is refused, and changes nothing. */
  async addCommit(payload: unknown): Promise<void> {
    const commit = commitIn(payload);
    if (commit === undefined)
      return this.operation.addRefusal(
        configureSignal,
        'expected an object such as {"commit":"<40 hexadecimal digits>"}',
      );
    if (commit === this.queue.present && !this.isEnding) return;
    const askedAfterAbort = this.operation.ending !== undefined;
    try {
      const look = () => CancellationScope.nonCancellable(() => this.readConfig(commit));
      this.takeCommit(await this.operation.trackPending(look), askedAfterAbort);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.operation.addRefusal(configureSignal, failureText(error));
    }
  }

  /** Tells whether a person has ended what is applied: a commit that is asked for after that is applied once more. */
  private get isEnding(): boolean {
    return this.operation.ending !== undefined || this.present?.status.stopping !== undefined;
  }

  /**
   * Takes a commit into the run, which is rendered again where it is not merged yet or needs attention: it may be the
   * remedy.
   */
  private takeCommit(commit: ConfigSnapshot, askedAfterAbort: boolean): void {
    const { present: run } = this;
    const isAborting = this.operation.ending !== undefined;
    const isTaken = run?.control.isRunning === true && (!run.isMerged || run.status.state === 'needs attention');
    this.dispatch({
      kind: 'found',
      commit,
      reads: run?.control.policyReads ?? 0,
      askedAfterAbort,
      isAborting,
      isTaken,
    });
    if (isAborting && !askedAfterAbort) return;
    if (isTaken) this.operation.replaceCommit(commit.subject, commit.head);
    run?.control.markStale();
  }

  /** Applies one commit, and resolves with the result. */
  private async applyCommit({ head, subject }: ConfigSnapshot): Promise<OperationResult> {
    const { environment } = this.input;
    this.dispatch({ kind: 'begun', commit: head });
    this.operation.restart();
    this.operation.begin(subject, [[environment]], { commit: head, main: '' });
    return this.finishRun();
  }

  private async finishRun(): Promise<OperationResult> {
    const { present: run } = this;
    const { renewal } = this.operation;
    if (run) await renewal.whileOthersAreActive(() => runEnvironment(run, { operation: 'config change' }));
    // It has not ended while another commit that was asked for is being looked for.
    await handlersFinished();
    const result = await CancellationScope.nonCancellable(async () =>
      this.operation.conclude(outcomeOfOne(run?.status.state)),
    );
    this.dispatch({ kind: 'ended', reads: run?.control.policyReads ?? 0, isAborted: result.state === 'aborted' });
    return result;
  }

  private readConfig(config: string): Promise<ConfigSnapshot> {
    const { source, environment } = this.input;
    const name = `look for config ${shortSha(config)} on branch ${environment}`;
    return step('readConfig', name, this.operation.ownerIn(environment))({ source, environment, config });
  }
}

/** Resolves when no signal or update is being handled any more. */
function handlersFinished(): Promise<void> {
  return CancellationScope.nonCancellable(() => condition(allHandlersFinished));
}

function commitIn(payload: unknown): string | undefined {
  const { commit } = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  return typeof commit === 'string' && /^[0-9a-f]{40}$/.test(commit) ? commit : undefined;
}
