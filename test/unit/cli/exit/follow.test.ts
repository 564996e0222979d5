import { describe, expect, test } from 'vitest';
import type { Io } from '../../../../src/cli/io.ts';
import type { Operations } from '../../../../src/cli/temporal/operations.ts';
import { followOperation } from '../../../../src/cli/view/follow.ts';
import type { OperationView } from '../../../../src/cli/view/view.ts';
import type { OperationStatus } from '../../../../src/operation/status.ts';
import { viewOf } from './views.ts';

const request = {
  number: 7,
  url: 'https://forge.test/acme/gitops/pull/7',
  branch: 'deploy/x/qa',
  head: 'b'.repeat(40),
  merge: 'manual',
  open: true,
} as const;
const held = { by: 'ann', reason: 'load test', since: '2026-01-02T03:04:05Z', config: false } as const;
const until = '2126-01-01T00:00:00Z';

const running = (environment: Parameters<typeof viewOf>[2]) => viewOf('promotion', 'running', environment);

/** The codes of what was found running, or ended, without and with --wait. By then the time is up. */
interface Row {
  readonly how: string;
  readonly view: OperationView;
  readonly found: number;
  readonly waited: number;
}

const table: readonly Row[] = [
  { how: 'promoted', view: viewOf('promotion', 'promoted'), found: 0, waited: 0 },
  { how: 'rolled back, as was asked', view: viewOf('rollback', 'rolled back'), found: 0, waited: 0 },
  { how: 'rejected', view: viewOf('promotion', 'rejected'), found: 1, waited: 1 },
  { how: 'superseded', view: viewOf('promotion', 'superseded'), found: 1, waited: 1 },
  { how: 'terminated', view: viewOf('config change', 'terminated'), found: 1, waited: 1 },
  { how: 'rolling out', view: running({ state: 'rolling out' }), found: 0, waited: 5 },
  { how: 'held until a time', view: running({ state: 'held', hold: { ...held, until } }), found: 0, waited: 5 },
  { how: 'held until somebody resumes it', view: running({ state: 'held', hold: held }), found: 4, waited: 4 },
  { how: 'awaiting approval', view: running({ state: 'awaiting approval' }), found: 4, waited: 4 },
  { how: 'awaiting a merge', view: running({ state: 'pull request open', request }), found: 4, waited: 4 },
  { how: 'in need of attention', view: running({ state: 'needs attention' }), found: 4, waited: 4 },
  {
    how: 'looking for a newer commit, which may be the remedy',
    // As the workflow answers it.
    view: { ...running({ state: 'needs attention' }), ...({ pendingLookups: 1 } satisfies Partial<OperationStatus>) },
    found: 0,
    waited: 5,
  },
];

describe('What is followed, and', () => {
  test.each(table)('is $how, ends with the code of the table', async ({ view, found, waited }) => {
    expect(await codeOf(view, { started: false })).toBe(found);
    expect(await codeOf(view, { started: false, wait: true })).toBe(waited);
    // What has just been started is what was asked for, unless it has ended by now.
    expect(await codeOf(view, { started: true })).toBe(view.state === 'running' ? 0 : found);
    expect(await codeOf(view, { started: true, wait: true })).toBe(waited);
  });

  test.each([false, true])('failed, is reported as its failure (--wait: %s)', async (wait) => {
    const failure = { type: 'NotFound', message: 'It has no commit.' } as const;
    const failed = { ...viewOf('promotion', 'failed'), failure };
    await expect(codeOf(failed, { started: true, wait })).rejects.toMatchObject({ ...failure, name: 'NotFound' });
    const earlier = expect.stringMatching(
      /^It has no commit\. \(That was the outcome of .*; --again starts it anew\.\)$/,
    );
    await expect(codeOf(failed, { started: false, wait })).rejects.toMatchObject({ message: earlier });
  });
});

/** With --wait, the time is up at once. */
function codeOf(view: OperationView, { started, wait = false }: { started: boolean; wait?: boolean }): Promise<number> {
  const ignore = () => undefined;
  const io: Io = { out: ignore, err: ignore, interactive: false, env: {}, cwd: '/' };
  const operations: Pick<Operations, 'view'> = { view: async () => view };
  return followOperation(
    operations as Operations,
    { id: view.id, started },
    { options: wait ? { wait, timeout: 0 } : {}, io },
  );
}
