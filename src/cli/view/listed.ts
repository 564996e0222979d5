import { isSha } from '../../git/names.ts';
import { searchAttributes } from '../../temporal/attributes/search-attributes.ts';
import { parseId } from '../temporal/operation-reference.ts';
import type { WorkflowInfo } from '../temporal/session.ts';
import type { OperationView } from './view.ts';

/** The states of an operation that Temporal itself tells; of one that completed, its attributes tell. */
const temporalStates = { CANCELLED: 'aborted', FAILED: 'failed', RUNNING: 'running' } as const;
/** The state of an operation that completed before its attributes told how. */
const successStateOf = { promotion: 'promoted', 'config change': 'configured', rollback: 'rolled back' } as const;

/** Shows what is known of an operation without a worker, from its id and from Temporal's list. */
export function listedView({
  workflowId: id,
  status,
  startTime,
  searchAttributes: found,
}: WorkflowInfo): OperationView {
  const named = parseId(id);
  const kind = named === undefined || named.kind === 'lane' ? 'promotion' : named.kind;
  const attributeValues = (name: string) => (found?.[name] ?? []) as readonly string[];
  const firstValue = (name: string) => attributeValues(name)[0];
  const environments = attributeValues(searchAttributes.environment.name);
  const states = attributeValues(searchAttributes.state.name);
  const name = named?.name ?? '';
  const state =
    status.name === 'COMPLETED'
      ? ((firstValue(searchAttributes.state.name) as OperationView['state'] | undefined) ?? successStateOf[kind])
      : ((temporalStates as Readonly<Record<string, OperationView['state']>>)[status.name] ?? 'terminated');
  return {
    id,
    kind,
    platform: named?.repository ?? '',
    commit: isSha(name) ? name : (firstValue(searchAttributes.commit.name) ?? ''),
    state,
    startedAt: startTime.toISOString(),
    environments: [],
    ...(status.name === 'RUNNING' && environments.length > 0 && { underWay: { environments, states } }),
    refusals: [],
  };
}
