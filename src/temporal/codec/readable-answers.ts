import type { ConnectionLike } from '@temporalio/client';
import type { Payload } from '@temporalio/common';
import type { temporal as protocol } from '@temporalio/proto';

type Service = ConnectionLike['workflowService'];

/** Makes a connection whose answers about workflows hold no search attribute that the client cannot read. */
export function withoutUnreadable(connection: ConnectionLike): ConnectionLike {
  const { workflowService } = connection;
  const service = overlaid(workflowService, {
    listWorkflowExecutions: async (request: Parameters<Service['listWorkflowExecutions']>[0]) => {
      const answer = await workflowService.listWorkflowExecutions(request);
      for (const info of answer.executions) dropUnreadable(info);
      return answer;
    },
    describeWorkflowExecution: async (request: Parameters<Service['describeWorkflowExecution']>[0]) => {
      const answer = await workflowService.describeWorkflowExecution(request);
      dropUnreadable(answer.workflowExecutionInfo);
      return answer;
    },
  });
  return overlaid(connection, { workflowService: service });
}

/** Puts other members in front of an object's own. */
function overlaid<T extends object>(object: T, members: Readonly<Record<string, unknown>>): T {
  return new Proxy(object, {
    get(target, name) {
      if (typeof name === 'string' && Object.hasOwn(members, name)) return members[name];
      const member: unknown = Reflect.get(target, name);
      return typeof member === 'function' ? member.bind(target) : member;
    },
  });
}

function dropUnreadable(info: protocol.api.workflow.v1.IWorkflowExecutionInfo | null | undefined): void {
  const fields = info?.searchAttributes?.indexedFields;
  if (!fields) return;
  for (const [name, payload] of Object.entries(fields)) if (!isReadable(payload)) delete fields[name];
}

/** Temporal takes an attribute of another encoding where it has no bytes. */
function isReadable({ metadata, data }: Payload): boolean {
  if (!metadata) return false;
  try {
    JSON.parse(Buffer.from(data ?? []).toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
