import {
  ActivityFailure,
  allHandlersFinished,
  CancellationScope,
  CancelledFailure,
  condition,
  continueAsNew,
  defineSignal,
  isCancellation,
  setHandler,
} from '@temporalio/workflow';
import type { ConfigSnapshot } from '../activities/contract.ts';
import { type ConfigInput, configureSignal } from '../operation/messages.ts';
import { configInput } from '../operation/received.ts';
import type { EnvironmentState, OperationResult, OutcomeKind } from '../operation/status.ts';
import { shortSha } from '../short-sha.ts';
import type { EnvironmentRun } from './environment/environment-run.ts';
import { failureText } from './environment/results.ts';
import { runEnvironment } from './environment/run-environment.ts';
import { listen } from './operation/handlers.ts';
import { Operation } from './operation/operation.ts';
import { checkStart } from './temporal/check-start.ts';
import { isLong } from './temporal/history.ts';
import { step } from './temporal/step.ts';

/**
 * Renders one environment again with the main commit deployed there and the head of its config branch. One runs for
 * an environment: a newer config commit is taken into the request that is open; after its merge it has its own turn.
 */
export async function ApplyConfig(input: ConfigInput): Promise<OperationResult> {
  checkStart(input, configInput, { command: 'apply-config', id: ({ environment }) => ['configure', environment] });
  const change = new ConfigChange(input);
  listen(change.operation);
  setHandler(defineSignal<[unknown]>(configureSignal), (payload) => change.add(payload));
  const root = CancellationScope.current();
  let result = await change.begin();
  for (;;) {
    // A commit that came last may still be looked for.
    await settled();
    const { next } = change;
    if (!next || root.consideredCancelled) break;
    if (isLong(input)) await continueAsNew<typeof ApplyConfig>({ ...input, commit: next.head });
    result = await change.apply(next);
  }
  if (root.consideredCancelled) throw new CancelledFailure(result.message);
  return result;
}

function settled(): Promise<void> {
  return CancellationScope.nonCancellable(() => condition(allHandlersFinished));
}

class ConfigChange {
  readonly operation: Operation;
  /** Came while another was under way. */
  private newest: ConfigSnapshot | undefined;
  /** It came after a person had wanted an end of all that was asked for until then. */
  private isAfterAbort = false;
  private readonly input: ConfigInput;
  private present: string;

  constructor(input: ConfigInput) {
    const { source, commit } = input;
    this.input = input;
    this.present = commit;
    this.operation = new Operation({ kind: 'config change', source, commit, operation: 'config change' });
  }

  private read(config: string): Promise<ConfigSnapshot> {
    const { source, environment } = this.input;
    return step(
      'readConfig',
      `look for config ${shortSha(config)} on branch ${environment}`,
    )({ source, environment, config });
  }

  /** Where the first commit is none of the branch, one that came meanwhile takes its place. */
  async begin(): Promise<OperationResult> {
    const { commit } = this.input;
    let first: ConfigSnapshot | undefined;
    try {
      first = await this.operation.runUnlessAborted(() => this.read(commit));
    } catch (error) {
      if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
      await settled();
      if (!this.next) throw error;
      this.operation.refuse(configureSignal, failureText(error));
      first = this.next;
    }
    return first ? this.apply(first) : this.operation.conclude('aborted');
  }

  /** A newer config commit. What is no commit of the branch is refused, and disturbs nothing. */
  async add(payload: unknown): Promise<void> {
    const commit = commitOf(payload);
    if (commit === this.present && !this.isEnding) return;
    if (commit === undefined) {
      this.operation.refuse(configureSignal, 'expected an object such as {"commit":"<40 hexadecimal digits>"}');
      return;
    }
    const isAfterAbort = this.operation.ending !== undefined;
    try {
      const look = () => CancellationScope.nonCancellable(() => this.read(commit));
      const snapshot = await this.operation.trackPending(look);
      const isAborted = !isAfterAbort && this.operation.ending !== undefined;
      if (!isAborted) this.take(snapshot, isAfterAbort);
    } catch (error) {
      if (!(error instanceof ActivityFailure)) throw error;
      this.operation.refuse(configureSignal, failureText(error));
    }
  }

  /** A person wants an end of what is carried: who asks for it after that wants it carried once more. */
  private get isEnding(): boolean {
    return this.operation.ending !== undefined || this.run?.status.stopping !== undefined;
  }

  /** What is not merged yet, or needs a person, is rendered again, with the head of the branch: it may be the remedy. */
  private take(snapshot: ConfigSnapshot, isAfterAbort: boolean): void {
    const { run } = this;
    this.newest = snapshot;
    this.isAfterAbort ||= isAfterAbort;
    if (run?.running && (!run.merged || run.status.state === 'needs attention')) this.name(snapshot);
    run?.rerender();
  }

  /** What came after the last look at the branch. */
  get next(): ConfigSnapshot | undefined {
    const { run, newest, operation } = this;
    if (run) return run.stale ? newest : undefined;
    return operation.ending === undefined || this.isAfterAbort ? newest : undefined;
  }

  private get run(): EnvironmentRun | undefined {
    return this.operation.runs.get(this.input.environment);
  }

  private name({ subject, head }: ConfigSnapshot): void {
    this.present = head;
    this.operation.rename(subject, head);
  }

  async apply({ head, subject }: ConfigSnapshot): Promise<OperationResult> {
    const { environment } = this.input;
    this.present = head;
    this.newest = undefined;
    this.isAfterAbort = false;
    this.operation.state = 'running';
    this.operation.ending = undefined;
    this.operation.begin(subject, [[environment]], { commit: head, main: '' });
    const { run } = this;
    if (run) await runEnvironment(run, { operation: 'config change' });
    // It has not ended for whoever asked for another that is still being looked for.
    await settled();
    const result = await CancellationScope.nonCancellable(async () =>
      this.operation.conclude(endOf(run?.status.state)),
    );
    if (run && result.state === 'aborted') run.stale = this.isAfterAbort;
    return result;
  }
}

function commitOf(payload: unknown): string | undefined {
  const { commit } = typeof payload === 'object' && payload !== null ? (payload as Record<string, unknown>) : {};
  return typeof commit === 'string' && /^[0-9a-f]{40}$/.test(commit) ? commit : undefined;
}

/** Of an operation with one environment. */
export function endOf(state: EnvironmentState | undefined): OutcomeKind {
  const kinds: Partial<Record<EnvironmentState, OutcomeKind>> = {
    configured: 'configured',
    unchanged: 'unchanged',
    accepted: 'accepted',
    promoted: 'promoted',
    'nothing promoted yet': 'nothing promoted yet',
    rejected: 'rejected',
    'rolled back': 'rolled back',
    superseded: 'superseded',
  };
  return (state && kinds[state]) ?? 'aborted';
}
