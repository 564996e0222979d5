import pLimit from 'p-limit';
import {
  configWorkflow,
  promotionWorkflow,
  rollbackPromotionWorkflow,
  rollbackWorkflow,
} from '../../operation/messages.ts';
import type { EnvironmentState } from '../../operation/status.ts';
import { searchAttributes } from '../../temporal/attributes/search-attributes.ts';
import { stepTroubles, troublesOrNone } from '../trouble/trouble.ts';
import { listedView } from '../view/listed.ts';
import type { OperationView } from '../view/view.ts';
import { selectWorkflows } from './selection.ts';
import type { Session, WorkflowInfo } from './session.ts';

/** How many workflows of a list are described at a time. */
const describedAtOnce = 8;
const workflowTypes = [promotionWorkflow, configWorkflow, rollbackWorkflow, rollbackPromotionWorkflow];
/** The part of a query that lets through operations only. */
export const operationQuery = `WorkflowType IN (${workflowTypes.map((type) => `'${type}'`).join(', ')})`;

/** The states in which a person must decide. */
const deciding: readonly EnvironmentState[] = ['needs attention', 'awaiting approval', 'held'];
/** The states in which a person may be waited for: a request that is open may be one that a person merges. */
const waiting: readonly EnvironmentState[] = [...deciding, 'pull request open'];

/** Which operations are listed. */
export interface ListOrder {
  readonly which: 'running' | 'all';
  /** How many of the newest, and how many of those that have a trouble or may wait for a person. */
  readonly most: number;
}

/** Operations of a namespace. */
export interface OperationList {
  /** Those with a trouble first, then those that wait for a person; each newest first. */
  readonly operations: readonly OperationView[];
  /** How many there are besides. */
  readonly more: number;
}

/** Lists operations: the newest, and whatever their age those that have a trouble or may wait for a person. */
export async function listOperations(session: Session, { which, most }: ListOrder): Promise<OperationList> {
  const running = `${operationQuery} AND ExecutionStatus = 'Running'`;
  const { total, listed, oldest } = await selectWorkflows(session, {
    // What continued as new is listed as its last run.
    query: which === 'running' ? running : `${operationQuery} AND ExecutionStatus != 'ContinuedAsNew'`,
    running,
    types: workflowTypes,
    most,
    waiting,
  });
  const describing = pLimit(describedAtOnce);
  const rank = async (info: WorkflowInfo) => {
    const view = await describing(() => viewInList(session, info));
    return { view, urgency: urgencyOf(view, info) };
  };
  const shown = await Promise.all(listed.map(rank));
  const looked = await Promise.all(oldest.map(rank));
  const ranked = [...shown, ...looked.filter(({ view }) => view.troubles !== undefined)].toSorted(byUrgency);
  return { operations: ranked.map(({ view }) => view), more: Math.max(0, total - ranked.length) };
}

/** Shows what Temporal's list tells of an operation. */
export function viewListed(session: Session, info: WorkflowInfo): OperationView {
  return { ...listedView(info), url: session.uiUrl(info.workflowId) };
}

/** Shows an operation in a list: one that runs with what Temporal itself knows of its troubles. */
async function viewInList(session: Session, info: WorkflowInfo): Promise<OperationView> {
  const listed = viewListed(session, info);
  if (listed.state !== 'running') return listed;
  const about = await session.describe(info.workflowId, info.runId);
  if (about?.status.name !== 'RUNNING') return listed;
  const stuck = await session.taskTrouble(about);
  return { ...listed, troubles: troublesOrNone([...(stuck ? [stuck] : []), ...stepTroubles(about.steps)]) };
}

interface Ranked {
  readonly view: OperationView;
  /** The lower, the more urgent. */
  readonly urgency: number;
}

/** Orders by what is urgent, then by the time that is shown, the newest first. */
function byUrgency(a: Ranked, b: Ranked): number {
  return a.urgency - b.urgency || Date.parse(b.view.startedAt) - Date.parse(a.view.startedAt);
}

function urgencyOf({ troubles, underWay, state }: OperationView, { searchAttributes: told }: WorkflowInfo): number {
  if (troubles !== undefined || (state === 'running' && told?.[searchAttributes.trouble.name]?.length)) return 0;
  return deciding.some((each) => underWay?.states.includes(each)) ? 1 : 2;
}
