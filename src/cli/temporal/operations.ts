import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { TypedSearchAttributes, WorkflowNotFoundError } from '@temporalio/common';
import { Failure } from '../../failure.ts';
import {
  type Action,
  configWorkflow,
  type Decision,
  type DecisionAnswer,
  promotionWorkflow,
  rollbackPromotionWorkflow,
  rollbackWorkflow,
  statusQuery,
} from '../../operation/messages.ts';
import type { OperationResult, OperationStatus } from '../../operation/status.ts';
import { workersWord } from '../../temporal/client.ts';
import { searchAttributes } from '../../temporal/search-attributes.ts';
import { listedView } from '../view/listed.ts';
import type { OperationView } from '../view/view.ts';
import {
  isCommitPrefix,
  kindOf,
  noReference,
  type OperationReference,
  parseId,
  tooLate,
  unknown,
} from './operation-reference.ts';
import type { Session, WorkflowInfo } from './session.ts';
import type { Start } from './starts.ts';

const types = [promotionWorkflow, configWorkflow, rollbackWorkflow, rollbackPromotionWorkflow];
const ofOurTypes = `WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')})`;

/** The promotions, config changes and rollbacks of one Temporal namespace, as commands need them. Throws `Failure`s. */
export class Operations {
  private readonly session: Session;

  constructor(session: Session) {
    this.session = session;
  }

  /** Starts what does not run; what runs, and takes a signal, is sent it. `started`: it did not run before. */
  async start(order: Start): Promise<{ readonly id: string; readonly started: boolean }> {
    const { workflow } = this.session.temporal.client;
    const { id, input, signal } = order;
    const options = {
      workflowId: id,
      taskQueue: this.session.taskQueue,
      args: [input],
      workflowIdReusePolicy: order.again ? ('ALLOW_DUPLICATE' as const) : ('REJECT_DUPLICATE' as const),
      staticSummary: order.summary,
      typedSearchAttributes: new TypedSearchAttributes([...order.attributes]),
    };
    if (signal !== undefined) {
      const started = (await this.session.describe(id))?.status.name !== 'RUNNING';
      const telling = { ...options, workflowIdConflictPolicy: 'USE_EXISTING' as const, signal, signalArgs: [input] };
      await this.session.bounded(() => workflow.signalWithStart(order.workflow, telling));
      return { id, started };
    }
    try {
      const once = { ...options, workflowIdConflictPolicy: 'FAIL' as const };
      await this.session.bounded(() => workflow.start(order.workflow, once));
      return { id, started: true };
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return { id, started: false };
      throw error;
    }
  }

  /** What a person means: an id, `host/owner/repo/<sha>`, or the first digits of a commit. */
  async find(text: string): Promise<OperationReference> {
    const named = parseId(text);
    if (named?.kind === 'lane') {
      throw new Failure(
        'InvalidInput',
        `${named.id} is a lane: \`fairlead status\` shows it, \`fairlead hold\` and \`fairlead resume\` act on it.`,
      );
    }
    if (named) return { id: named.id };
    if (!isCommitPrefix(text)) throw noReference(text);
    const found = await this.session.list(
      `${ofOurTypes} AND ${searchAttributes.commit.name} STARTS_WITH '${text}'`,
      20,
    );
    const [newest] = found;
    if (newest === undefined) throw unknown(text);
    const ids = new Set(found.map(({ workflowId }) => workflowId));
    if (ids.size > 1) {
      const which = [...ids].map((id) => `${id} (${kindOf(id)})`).join(', ');
      throw new Failure('InvalidInput', `${text} fits several. Give one of: ${which}.`);
    }
    const { workflowId: id, runId: run } = newest;
    // The config changes of an environment share one id: that of another commit is not meant.
    return kindOf(id) === 'promotion' ? { id } : { id, run };
  }

  /** Newest first; those that run, or all. */
  async recent({ all, limit }: { readonly all: boolean; readonly limit: number }): Promise<readonly OperationView[]> {
    const found = await this.session.list(`${ofOurTypes}${all ? '' : " AND ExecutionStatus = 'Running'"}`, limit);
    return found.map((info) => this.listed(info));
  }

  /**
   * An operation as it stands; undefined: there is none. A running one is asked through its worker, unless `ended`:
   * then the answer for it is undefined too. Throws `Failure` `Unavailable` where no worker answers.
   */
  async view({ id, run }: OperationReference, { ended = false } = {}): Promise<OperationView | undefined> {
    const about = await this.session.describe(id, run);
    if (about === undefined) return undefined;
    if (about.status.name === 'CONTINUED_AS_NEW') return this.view({ id }, { ended });
    if (about.status.name !== 'RUNNING') return this.outcome(about);
    return ended ? undefined : this.asked(about);
  }

  /** Sends a person's decision and gives the answer. Throws `Failure` `Refused` with the reason where it is refused. */
  async decide(reference: OperationReference, action: Action, decision: Decision): Promise<DecisionAnswer> {
    const handle = this.session.temporal.client.workflow.getHandle(reference.id, reference.run);
    const args: [Decision] = [decision];
    try {
      return await this.session.answered(() => handle.executeUpdate<DecisionAnswer, [Decision]>(action, { args }));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
      const view = await this.view(reference, { ended: true });
      throw view === undefined ? unknown(reference.id) : tooLate(action, view);
    }
  }

  /** Of one that ran a moment ago. Where it has ended meanwhile, how it ended says more than it answers now. */
  private async asked({ workflowId, runId }: WorkflowInfo): Promise<OperationView> {
    const handle = this.session.temporal.client.workflow.getHandle(workflowId, runId);
    const status = await this.session.answered(() => handle.query<OperationStatus>(statusQuery));
    const ended =
      status.state === 'running' ? undefined : await this.view({ id: workflowId, run: runId }, { ended: true });
    return ended ?? { ...status, ...this.session.link(status.id) };
  }

  private async outcome(about: WorkflowInfo): Promise<OperationView> {
    const ended = this.listed(about);
    const handle = this.session.temporal.client.workflow.getHandle(about.workflowId, about.runId);
    if (about.status.name === 'COMPLETED') {
      const result: OperationResult = await this.session.bounded(() => handle.result());
      // Where a rollback went is not in its id.
      return { ...ended, ...result, commit: ended.commit || (result.environments[0]?.main ?? '') };
    }
    if (about.status.name !== 'FAILED') return ended;
    const failure = await this.session
      .bounded(() => handle.result())
      .then(
        () => undefined,
        (error: unknown) => workersWord(error) ?? Promise.reject(error),
      );
    return { ...ended, ...(failure && { failure: { type: failure.type, message: failure.message } }) };
  }

  private listed(info: WorkflowInfo): OperationView {
    return { ...listedView(info), ...this.session.link(info.workflowId) };
  }
}
