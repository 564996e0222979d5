import { upsertSearchAttributes, workflowInfo } from '@temporalio/workflow';
import { boundedResult } from '../../operation/bounded/bounded-result.ts';
import { asGiven } from '../../operation/claim.ts';
import { operationDetails } from '../../operation/details.ts';
import type { OperationKind } from '../../operation/kind.ts';
import { withRefusal } from '../../operation/refusal.ts';
import {
  type EnvironmentStatus,
  hasEnded,
  type OperationResult,
  type OperationState,
  type OperationStatus,
} from '../../operation/status.ts';
import { shortSha } from '../../short-names.ts';
import { EnvironmentRun, type Origin, type RollBack } from '../environment/environment-run.ts';
import type { OperationMemory } from '../memory/operation-memory.ts';
import { CurrentDetails } from '../temporal/current-details.ts';
import type { Renewal } from '../temporal/renewal.ts';
import { missingAttributes, stateAttributes, troublesToSearch } from '../temporal/search-attributes.ts';
import type { StepOwner } from '../temporal/step.ts';
import { TroubleAttribute } from '../temporal/trouble-attribute.ts';
import { Troubles } from '../temporal/troubles.ts';
import { answerOrStandStill, runUnless } from '../temporal/waiting.ts';

/** The kind of an operation, its commit, and where that comes from. */
export interface OperationInput {
  readonly kind: OperationKind;
  readonly source: string;
  readonly commit: string;
  /** The main commit whose fairlead.yaml counts; undefined: main's head. */
  readonly platformCommit?: string;
  /** Takes one of its environments back by a rollback of its own; answers why it could not, '' where it could. */
  readonly rollBack?: (run: EnvironmentRun, ...why: Parameters<RollBack>) => Promise<string>;
  readonly renewal: Renewal;
  /** What an earlier execution of the workflow knew. */
  readonly memory?: OperationMemory;
}

type Head = Omit<OperationStatus, 'environments' | 'state' | 'refusals' | 'pendingLookups'>;

/**
 * The state of one promotion, config change or rollback: its environments, and what people see of them. These hold
 * here:
 *
 * - Every change of an environment is published at once, in the status and in the Temporal UI.
 * - Once `ending` is set, no further environment starts.
 * - What was merged is never withdrawn: it is verified, or given up.
 */
export class Operation {
  readonly runs = new Map<string, EnvironmentRun>();
  /** The reason why no further environment starts; undefined: further ones start. */
  ending: string | undefined;
  state: OperationState = 'running';
  readonly renewal: Renewal;
  /** Its steps that fail again and again. */
  readonly troubles = new Troubles(() => this.publish());
  private readonly trouble = new TroubleAttribute();
  private readonly details = new CurrentDetails(() => operationDetails(this.status, this.troubles.present));
  private head: Head;
  private readonly rollBack: OperationInput['rollBack'];
  private readonly origin: Origin;
  private refusals: OperationStatus['refusals'] = [];
  private published = '';
  private pendingLookups = 0;

  constructor({ kind, source, commit, platformCommit, rollBack, renewal, memory }: OperationInput) {
    const { workflowId: id, startTime } = workflowInfo();
    const parts = id.split('/').slice(1, -1);
    const reference = kind === 'promotion' ? shortSha(commit) : id;
    this.head = {
      id,
      kind,
      platform: parts.join('/'),
      source,
      commit,
      subject: '',
      startedAt: startTime.toISOString(),
    };
    this.rollBack = rollBack;
    this.origin = { source, reference, platformCommit };
    this.renewal = renewal;
    if (memory) this.remember(memory);
  }

  /** Answers all that the next execution of the workflow must know. */
  get memory(): OperationMemory {
    const { subject, commit, startedAt } = this.head;
    const { refusals, ending, runs } = this;
    return { subject, commit, startedAt, refusals, ending, runs: [...runs.values()].map(({ memory }) => memory) };
  }

  private remember({ subject, commit, startedAt, refusals, ending, runs }: OperationMemory): void {
    this.head = { ...this.head, subject, commit, startedAt };
    this.refusals = refusals;
    this.ending = ending;
    for (const memory of runs) {
      const run = this.newRun(memory.status);
      this.runs.set(run.name, run);
      run.remember(memory);
    }
    this.publish();
  }

  /** Lists the environments of each stage. */
  get stages(): readonly (readonly string[])[] {
    const all = [...this.runs.values()];
    const numbers = [...new Set(all.map(({ status }) => status.stage))];
    return numbers.map((stage) => all.filter(({ status }) => status.stage === stage).map(({ name }) => name));
  }

  /** Begins the environments of the operation's stages; called again with each round. */
  begin(
    subject: string,
    stages: readonly (readonly string[])[],
    { commit = this.head.commit, main = commit }: { readonly commit?: string; readonly main?: string } = {},
  ): void {
    this.head = { ...this.head, subject, commit };
    for (const [stage, names] of stages.entries())
      for (const environment of names) {
        const status = { environment, stage, main, operation: this.head.kind, ...unbegunStatus() };
        this.runs.set(environment, this.newRun(status));
      }
    this.publish();
  }

  private newRun(status: EnvironmentStatus): EnvironmentRun {
    const { origin, rollBack, renewal, troubles } = this;
    const begin: RollBack | undefined = rollBack && ((...why) => rollBack(run, ...why));
    const run = new EnvironmentRun({ origin, status, renewal, troubles, rollBack: begin }, () => this.publish());
    return run;
  }

  /** Begins another round: a wish to end the last one does not count any more. */
  restart(): void {
    this.state = 'running';
    this.ending = undefined;
  }

  /** Puts a newer commit in the place of the one that the operation was about. */
  replaceCommit(subject: string, commit: string): void {
    this.head = { ...this.head, subject, commit };
    this.publish();
  }

  /** Runs what must be known before anything can begin; undefined where a person aborts meanwhile. */
  async runUnlessAborted<T>(look: () => Promise<T>): Promise<T | undefined> {
    const found = await this.renewal.whileActive(() => runUnless(() => this.ending !== undefined, look));
    return this.ending === undefined ? found : undefined;
  }

  /** Does the same with a step that merely looks: where the workflow is to continue as new, it is made again there. */
  lookUnlessAborted<T>(look: () => Promise<T>): Promise<T | undefined> {
    return this.runUnlessAborted(() => answerOrStandStill(this.renewal, look));
  }

  /** Answers the owner of steps about one of its environments. */
  ownerIn(name: string): StepOwner {
    return { name, troubles: this.troubles };
  }

  get status(): OperationStatus {
    const environments = [...this.runs.values()].map(({ status }) => status);
    const { state, refusals, pendingLookups: looks } = this;
    return { ...this.head, state, environments, refusals, pendingLookups: looks > 0 ? looks : undefined };
  }

  countSignal(): void {
    this.renewal.countSignal();
  }

  addRefusal(action: string, reason: string): void {
    this.refusals = withRefusal(this.refusals, { at: new Date().toISOString(), action, reason });
    this.publish();
  }

  /** Ends one environment, or keeps it from beginning. */
  abortRun(run: EnvironmentRun, by: string, reason: string): void {
    if (this.runs.size === 1) this.ending ??= abortedWords(by, reason);
    if (run.control.isRunning) run.stopWith({ kind: 'abort', by, reason });
    else run.enter('aborted', `${asGiven(by)}: ${reason}`);
  }

  /**
   * Ends the operation after a stage: later ones do not start any more, and what is not merged yet there is withdrawn.
   */
  endAfter(stage: number, why: string): void {
    this.ending = why;
    for (const run of this.runs.values()) {
      if (run.status.stage <= stage || !run.control.isRunning) continue;
      if (run.isMerged) run.control.proposeNothingMore(why);
      else this.abortRun(run, 'Fairlead', why);
    }
  }

  abortAll(by: string, reason: string): void {
    this.ending = abortedWords(by, reason);
    for (const run of this.runs.values()) {
      const { state } = run.status;
      // What another workflow takes back ends as that does.
      const isTakenBack = state === 'rolling back' && !run.control.isRunning;
      if (!hasEnded(state) && !run.control.stop && !isTakenBack) this.abortRun(run, by, reason);
    }
  }

  /** Counts a look for another commit, so that the status shows that its answer is still to come. */
  async trackPending<T>(look: () => Promise<T>): Promise<T> {
    this.pendingLookups += 1;
    try {
      return await look();
    } finally {
      this.pendingLookups -= 1;
    }
  }

  /** Ends the operation, and answers the workflow's result. Environments that never started become `not reached`. */
  conclude(state: Exclude<OperationState, 'running'>): OperationResult {
    for (const run of this.runs.values())
      if (!hasEnded(run.status.state)) run.enter('not reached', 'an earlier stage did not get through');
    this.state = state;
    this.publish();
    return boundedResult(state, this.status, this.ending);
  }

  /**
   * Shows the status in the Temporal UI; writes to history only when a search attribute changes. It is called for each change of
   * each environment: what takes long with many of them is done once for all changes of a moment.
   */
  private publish(): void {
    const status = this.status;
    this.details.change();
    this.trouble.showFor(status.state, troublesToSearch(status, this.troubles.present));
    const attributes = stateAttributes(status);
    const print = JSON.stringify(attributes.map(({ value }) => value));
    if (print === this.published) return;
    this.published = print;
    upsertSearchAttributes([...missingAttributes(status, workflowInfo().typedSearchAttributes), ...attributes]);
  }
}

function abortedWords(by: string, reason: string): string {
  return `aborted by ${asGiven(by)}: ${reason}`;
}

function unbegunStatus() {
  const { startTime } = workflowInfo();
  return { state: 'waiting', since: startTime.toISOString(), waitingFor: [], message: '' } as const;
}
