import { describe, expect, it } from 'vitest';
import type { WorkflowInfo } from '../../../../src/cli/temporal/session.ts';
import { listedView } from '../../../../src/cli/view/listed.ts';

const commit = '3f2a9c1d'.repeat(5);

function info(workflowId: string, name: WorkflowInfo['status']['name'], found: object = {}): WorkflowInfo {
  const startTime = new Date('2026-01-02T03:04:05Z');
  const status = { code: 0 as never, name };
  return { workflowId, runId: 'run', type: 'any', status, startTime, searchAttributes: { ...found } };
}

describe('What is known without a worker', () => {
  it('is the kind, the platform, and the commit where the id or an attribute has it', () => {
    expect(listedView(info(`promote/acme/platform/${commit}`, 'RUNNING'))).toMatchObject({
      kind: 'promotion',
      platform: 'acme/platform',
      commit,
      state: 'running',
    });
    const config = info('configure/acme/platform/qa', 'RUNNING', { FairleadCommit: [commit] });
    expect(listedView(config)).toMatchObject({ kind: 'config change', platform: 'acme/platform', commit });
    expect(listedView(info('rollback/acme/platform/qa', 'RUNNING'))).toMatchObject({ kind: 'rollback', commit: '' });
  });

  it('is where something is under way, and in which states, while it runs', () => {
    const found = { FairleadEnvironment: ['prod'], FairleadState: ['awaiting approval'] };
    const running = listedView(info(`promote/acme/platform/${commit}`, 'RUNNING', found));
    expect(running.underWay).toEqual({ environments: ['prod'], states: ['awaiting approval'] });
    const begun = info(`promote/acme/platform/${commit}`, 'RUNNING', { FairleadEnvironment: [] });
    expect(listedView(begun)).not.toHaveProperty('underWay');
    const over = info(`promote/acme/platform/${commit}`, 'COMPLETED', { ...found, FairleadState: ['promoted'] });
    expect(listedView(over)).not.toHaveProperty('underWay');
  });

  it('is how it ended, in its own words where it left some', () => {
    const id = 'configure/acme/platform/qa';
    expect(listedView(info(id, 'COMPLETED', { FairleadState: ['unchanged'] })).state).toBe('unchanged');
    expect(listedView(info(id, 'COMPLETED')).state).toBe('configured');
    expect(listedView(info(id, 'FAILED')).state).toBe('failed');
    expect(listedView(info(id, 'CANCELLED')).state).toBe('aborted');
    expect(listedView(info(id, 'TIMED_OUT')).state).toBe('terminated');
  });
});
