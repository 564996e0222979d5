import { describe, expect, it } from 'vitest';
import { awaitTold } from '../../../../src/activities/report/await-told.ts';
import { tellClosed } from '../../../../src/activities/report/closed.ts';
import type { LastWord } from '../../../../src/activities/report/contract.ts';
import { isUntold, tellRecorded } from '../../../../src/activities/report/recorded.ts';
import type { ReportingDependencies } from '../../../../src/activities/report/send.ts';
import { Failure } from '../../../../src/failure.ts';
import { createOutbox, type Outbox } from '../../../../src/forge/reports/outbox.ts';
import type { ForgeReports } from '../../../../src/forge/reports/port.ts';

const main = 'a'.repeat(40);
const source = 'https://forge.test/acme/platform';
const place = { source, environment: 'qa', gitops: { repository: 'https://forge.test/acme/gitops', branch: 'qa' } };
const entry = { time: '2026-11-30T12:00:00.000Z', event: 'promoted', operation: 'promotion', main } as const;
const recorded: LastWord = { kind: 'recorded', ...place, entry };
const closed: LastWord = { kind: 'closed', ...place, branch: `deploy/${main}/qa`, reason: 'Superseded.' };

/** A forge that is away until somebody says that it is back, and workers that write on it. */
function awayForge() {
  const written: string[] = [];
  const forge = { isAway: true };
  const reports: Partial<ForgeReports> = {
    wanted: { statuses: true, comments: false, deployments: false },
    async writeStatus(_sha, { context, state }) {
      if (forge.isAway) throw new Failure('Unavailable', 'The forge is away.', { retryAfterMs: 1 });
      written.push(`${context}: ${state}`);
    },
  };
  const forges = {
    for: () => expect.unreachable(),
    commitUrl: () => undefined,
    reportsFor: () => reports as ForgeReports,
  };
  const worker = (): ReportingDependencies & { readonly outbox: Outbox } => {
    return { forges, outbox: createOutbox({ forges, notice: () => undefined, patienceMs: 20, writeEveryMs: 0 }) };
  };
  return { written, forge, worker };
}

describe.each([
  ['that it was recorded', recorded, 'fairlead/qa: success'],
  ['that its request is closed', closed, 'fairlead/qa: error'],
] as const)('What a worker that stops takes along, %s,', (_, word, line) => {
  it('is told by another one, as soon as the forge takes it', async () => {
    const { written, forge, worker } = awayForge();
    const first = worker();
    const untold =
      word.kind === 'closed' ? await tellClosed(first, word) : isUntold(await tellRecorded(first, word, {}));
    expect(untold).toBe(true);
    await first.outbox.close();
    const second = worker();
    await expect(awaitTold(second, word)).rejects.toMatchObject({ type: 'StillWaiting' });
    expect(written).toEqual([]);
    forge.isAway = false;
    await awaitTold(second, word);
    expect(new Set(written)).toEqual(new Set([line]));
  });

  it('is not told again where the forge has taken it', async () => {
    const { written, forge, worker } = awayForge();
    forge.isAway = false;
    const parts = worker();
    const untold =
      word.kind === 'closed' ? await tellClosed(parts, word) : isUntold(await tellRecorded(parts, word, {}));
    expect({ untold, written }).toEqual({ untold: false, written: [line] });
  });
});
