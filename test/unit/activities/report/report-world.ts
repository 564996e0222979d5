import type { ReportingDependencies } from '../../../../src/activities/report/send.ts';
import { createOutbox } from '../../../../src/forge/reports/outbox.ts';
import type { ForgeReports } from '../../../../src/forge/reports/port.ts';

/** Keeps what is written on a forge, one line each: `status fairlead/qa at aaaa success: promoted`. */
export function reportWorld(): { readonly parts: ReportingDependencies; readonly written: string[] } {
  const written: string[] = [];
  const reportsFor = (): ForgeReports => ({
    wanted: { statuses: true, comments: true, deployments: true },
    writeStatus: async (sha, { context, state, description }) =>
      void written.push(`${context} at ${sha.slice(0, 4)} ${state}: ${description}`),
    progressComment: async ({ number, text }) => written.push(`comment on #${number}: ${text}`),
    reportDeployment: async ({ sha, environment, as, state }) =>
      written.push(`deployment of ${sha.slice(0, 4)} to ${environment} as ${as}: ${state}`),
    checksAt: async () => [],
  });
  const forges = { for: noForge, commitUrl: () => undefined, reportsFor };
  const outbox = createOutbox({ forges, notice: fail, writeEveryMs: 0 });
  return { parts: { outbox, forges }, written };
}

function noForge(): never {
  throw new Error('a report asks the forge for nothing');
}

function fail(sentence: string): never {
  throw new Error(sentence);
}
