import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { TypedSearchAttributes, WorkflowNotFoundError } from '@temporalio/common';
import { Failure } from '../../failure.ts';
import { approvedBefore } from '../../operation/decisions.ts';
import { type Action, type Decision, type DecisionAnswer, statusQuery } from '../../operation/messages.ts';
import type { OperationResult, OperationStatus } from '../../operation/status.ts';
import { searchAttributes } from '../../temporal/attributes/search-attributes.ts';
import { refusedQuery, workersWord } from '../../temporal/client.ts';
import { platformShare } from '../../temporal/fairness.ts';
import { workflowTaskTimeout } from '../../temporal/task-times.ts';
import { stepTroubles, stuckFailure, type TaskTrouble, troublesOrNone } from '../trouble/trouble.ts';
import type { OperationView } from '../view/view.ts';
import { troublesOfLanes } from './lane-troubles.ts';
import { type ListOrder, listOperations, type OperationList, operationQuery, viewListed } from './operation-list.ts';
import {
  isCommitPrefix,
  kindOfId,
  noReferenceFailure,
  type OperationReference,
  parseId,
  tooLateFailure,
  unknownFailure,
} from './operation-reference.ts';
import type { DescribedWorkflow, Session, WorkflowInfo } from './session.ts';
import { checkStartOrder, type Start } from './starts.ts';

/*
 * Invariants of this folder: an operation runs or has ended, as Temporal says; how it stands, its own workflow says, so
 * a worker is needed to ask. A call never waits for a worker that is not there. Every error leaves this folder as a
 * `Failure`. A start that is repeated starts nothing twice.
 */

/** The promotions, config changes and rollbacks of one Temporal namespace. All methods throw `Failure`. */
export class Operations {
  private readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  /**
   * Starts a workflow that does not run, and sends the signal, if there is one, to one that runs. `started`: it did not
   * run.
   */
  async start(order: Start): Promise<{ readonly id: string; readonly started: boolean }> {
    checkStartOrder(order);
    const { workflow } = this.session.temporal.client;
    const { id, input, signal } = order;
    const options = {
      workflowId: id,
      taskQueue: this.session.taskQueue,
      args: [input],
      workflowTaskTimeout,
      priority: platformShare(order.platform),
      workflowIdReusePolicy: order.again ? ('ALLOW_DUPLICATE' as const) : ('REJECT_DUPLICATE' as const),
      staticSummary: order.summary,
      typedSearchAttributes: new TypedSearchAttributes([...order.attributes]),
    };
    if (signal !== undefined) {
      const started = (await this.session.describe(id))?.status.name !== 'RUNNING';
      const withSignal = { ...options, workflowIdConflictPolicy: 'USE_EXISTING' as const, signal, signalArgs: [input] };
      await this.session.callTemporal(() => workflow.signalWithStart(order.workflow, withSignal));
      return { id, started };
    }
    try {
      const once = { ...options, workflowIdConflictPolicy: 'FAIL' as const };
      await this.session.callTemporal(() => workflow.start(order.workflow, once));
      return { id, started: true };
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return { id, started: false };
      throw error;
    }
  }

  /**
   * Finds what a person means by an id, by `host/owner/repo/<sha>` or by the first digits of a commit. What failed
   * counts only where nothing else fits. `workflow`: only operations of this workflow type are meant by digits.
   */
  async find(text: string, workflow?: string): Promise<OperationReference> {
    const named = parseId(text);
    if (named?.kind === 'lane') {
      throw new Failure(
        'InvalidInput',
        `${named.id} is a lane: \`fairlead status\` shows it, \`fairlead hold\` and \`fairlead resume\` act on it.`,
      );
    }
    if (named) return { id: named.id };
    if (!isCommitPrefix(text)) throw noReferenceFailure(text);
    const ofType = workflow === undefined ? operationQuery : `WorkflowType = '${workflow}'`;
    const all = await this.session.list(`${ofType} AND ${searchAttributes.commit.name} STARTS_WITH '${text}'`, 20);
    const found = withoutFailed(all);
    const [newest] = found;
    if (newest === undefined) throw unknownFailure(text);
    const ids = new Set(found.map(({ workflowId }) => workflowId));
    if (ids.size > 1) {
      const which = [...ids].map((id) => `${id} (${kindOfId(id)})`).join(', ');
      throw new Failure('InvalidInput', `${text} fits several. Give one of: ${which}.`);
    }
    const { workflowId: id, runId: run } = newest;
    // The config changes of an environment share one id; the run with another commit is not meant.
    return kindOfId(id) === 'promotion' ? { id } : { id, run };
  }

  /** Lists operations, what is urgent first: those that run, or all. */
  list(order: ListOrder): Promise<OperationList> {
    return listOperations(this.session, order);
  }

  /** Shows what Temporal itself knows of an operation, for when no worker answers; undefined: there is none. */
  async outline(id: string): Promise<OperationView | undefined> {
    const about = await this.session.describe(id);
    return about && viewListed(this.session, about);
  }

  /**
   * Shows how an operation stands; undefined: there is none. A running one is asked through its worker; with `ended`
   * the answer for it is undefined. Throws `Failure` Unavailable where no worker answers.
   */
  async view({ id, run }: OperationReference, { ended = false } = {}): Promise<OperationView | undefined> {
    const about = await this.session.describe(id, run);
    if (about === undefined) return undefined;
    if (about.status.name === 'CONTINUED_AS_NEW') return this.view({ id }, { ended });
    if (about.status.name !== 'RUNNING') return this.viewEnded(about);
    return ended ? undefined : this.viewRunning(about);
  }

  /** Sends a person's decision and gives the answer. Throws `Failure` Refused with the reason where it is refused. */
  async decide(reference: OperationReference, action: Action, decision: Decision): Promise<DecisionAnswer> {
    const handle = this.session.temporal.client.workflow.getHandle(reference.id, reference.run);
    const args: [Decision] = [decision];
    try {
      const update = () => handle.executeUpdate<DecisionAnswer, [Decision]>(action, { args });
      return await this.session.tellWorker(update, `fairlead status ${reference.id}`);
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw (await this.stuckFailure(reference, error)) ?? error;
      const view = await this.view(reference, { ended: true });
      if (view === undefined) throw unknownFailure(reference.id);
      const before = action === 'approve' ? approvedBefore(view, decision) : undefined;
      if (before === undefined) throw tooLateFailure(action, view);
      return { message: before };
    }
  }

  /** Makes the failure of what no worker can carry on, where nobody answered; undefined: that is not known of it. */
  private async stuckFailure({ id, run }: OperationReference, error: unknown): Promise<Failure | undefined> {
    if (!(error instanceof Failure) || error.type !== 'Unavailable') return undefined;
    const about = await this.session.describe(id, run);
    const stuck = about && (await this.session.taskTrouble(about));
    return stuck && stuckFailure(id, stuck, error);
  }

  /**
   * Shows an operation that ran a moment ago. Where it has ended meanwhile, its result says more than its answer now. One
   * that no worker can carry on is shown as Temporal knows it, and why.
   */
  private async viewRunning(about: DescribedWorkflow): Promise<OperationView> {
    const { workflowId, runId, steps } = about;
    const status = await this.askStatus(about);
    if (status.kind === 'workflow task') return { ...viewListed(this.session, about), troubles: [status] };
    const ended =
      status.state === 'running' ? undefined : await this.view({ id: workflowId, run: runId }, { ended: true });
    // Before its environments are known, the step that reads the source says what is awaited.
    const awaited = steps.map(({ failure }) => failure?.message).find((message) => message);
    const message = status.environments.length === 0 ? awaited : undefined;
    const ofLanes = ended ? [] : await troublesOfLanes(this.session, status.environments);
    const troubles = troublesOrNone([...stepTroubles(steps), ...ofLanes]);
    return ended ?? { ...status, message, troubles, url: this.session.uiUrl(status.id) };
  }

  /** Asks a running operation how it stands, or says why its worker cannot carry it on. */
  private async askStatus(about: DescribedWorkflow): Promise<OperationStatus | TaskTrouble> {
    const { workflowId: id, runId } = about;
    const stuck = await this.session.taskTrouble(about);
    if (stuck) return stuck;
    const handle = this.session.temporal.client.workflow.getHandle(id, runId);
    try {
      return await this.session.callWorker(() => handle.query<OperationStatus>(statusQuery));
    } catch (error) {
      const refused = refusedQuery(error);
      if (refused === undefined) throw error;
      // Nothing is to be done in it now: that it cannot be carried on shows when it is asked.
      return this.session.refusedTask(about, refused);
    }
  }

  private async viewEnded(about: WorkflowInfo): Promise<OperationView> {
    const ended = viewListed(this.session, about);
    const handle = this.session.temporal.client.workflow.getHandle(about.workflowId, about.runId);
    if (about.status.name === 'COMPLETED') {
      const result: OperationResult = await this.session.callTemporal(() => handle.result());
      // The id of a rollback does not say where it went.
      return { ...ended, ...result, commit: ended.commit || (result.environments[0]?.main ?? '') };
    }
    if (about.status.name !== 'FAILED') return ended;
    const failure = await this.session
      .callTemporal(() => handle.result())
      .then(
        () => undefined,
        (error: unknown) => workersWord(error) ?? Promise.reject(error),
      );
    return { ...ended, failure: failure && { type: failure.type, message: failure.message } };
  }
}

/** Leaves out what failed, because it did nothing, unless nothing else is left. */
function withoutFailed(found: readonly WorkflowInfo[]): readonly WorkflowInfo[] {
  const others = found.filter(({ status }) => status.name !== 'FAILED');
  return others.length > 0 ? others : found;
}
