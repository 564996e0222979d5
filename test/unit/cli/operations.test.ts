import { describe, expect, it } from 'vitest';
import { Operations } from '../../../src/cli/temporal/operations.ts';
import type { Session } from '../../../src/cli/temporal/session.ts';

const id = `rollback-promotion/acme/platform/${'c'.repeat(40)}`;
const message = 'main cccccccc is deployed in no environment any more';

/** Temporal and a worker where the operation stands like that at one look after the other. */
function operationsOf(statuses: readonly string[], state: string): Operations {
  const looks = [...statuses];
  const handle = {
    query: async () => ({ id, kind: 'rollback', state, environments: [], refusals: [] }),
    result: async () => ({ state, message, environments: [] }),
  };
  const session = {
    describe: async () => {
      const status = { name: looks.shift() };
      return { workflowId: id, runId: 'r', startTime: new Date(), status, steps: [] };
    },
    taskTrouble: async () => undefined,
    callWorker: (call: () => Promise<unknown>) => call(),
    callTemporal: (call: () => Promise<unknown>) => call(),
    uiUrl: () => undefined,
    temporal: { client: { workflow: { getHandle: () => handle } } },
  };
  return new Operations(session as unknown as Session);
}

/** Temporal where these workflows have a commit that begins with the digits. */
function operationsFound(...found: readonly (readonly [id: string, status: string])[]) {
  const queries: string[] = [];
  const list = async (query: string) => {
    queries.push(query);
    return found.map(([workflowId, name]) => ({ workflowId, runId: 'r', startTime: new Date(), status: { name } }));
  };
  return { queries, operations: new Operations({ list } as unknown as Session) };
}

describe('The digits of a commit', () => {
  const promotion = `promote/acme/platform/${'c'.repeat(40)}`;
  const change = 'configure/acme/platform/qa';

  it('do not mean what failed, because that did nothing, unless there is nothing else', async () => {
    const found = operationsFound([change, 'FAILED'], [promotion, 'COMPLETED']);
    expect(await found.operations.find('ccccccc')).toEqual({ id: promotion });
    const alone = operationsFound([change, 'FAILED']);
    expect(await alone.operations.find('ccccccc')).toEqual({ id: change, run: 'r' });
    const both = operationsFound([change, 'COMPLETED'], [promotion, 'COMPLETED']);
    await expect(both.operations.find('ccccccc')).rejects.toThrow('ccccccc fits several. Give one of: ');
  });

  it('mean one kind of workflow, where only that can be meant', async () => {
    const { operations, queries } = operationsFound([promotion, 'COMPLETED']);
    await operations.find('ccccccc', 'PromoteMainCommit');
    expect(queries).toEqual(["WorkflowType = 'PromoteMainCommit' AND FairleadCommit STARTS_WITH 'ccccccc'"]);
  });
});

describe('The view of an operation', () => {
  it('that ends while it is looked at tells how it ended, and why', async () => {
    const view = await operationsOf(['RUNNING', 'COMPLETED'], 'unchanged').view({ id });
    expect(view).toMatchObject({ state: 'unchanged', message });
  });

  it('that has come to an end, but not left yet, is what its worker says', async () => {
    const view = await operationsOf(['RUNNING', 'RUNNING'], 'aborted').view({ id });
    expect(view).toMatchObject({ id, state: 'aborted' });
    expect(view?.message).toBeUndefined();
  });
});
