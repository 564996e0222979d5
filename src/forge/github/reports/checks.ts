import { z } from 'zod';
import type { Sha } from '../../../git/repository.ts';
import { listOf } from '../../../text/json-lists.ts';
import type { ForgeCheck } from '../../reports/port.ts';
import type { GitHubClient } from '../client.ts';
import { readPages } from '../pages.ts';

/** What is not read could be the one that failed. */
const tooMany = 'Have fewer of them written there.';
const runSchema = z.object({
  id: z.int(),
  name: z.string(),
  status: z.string(),
  conclusion: z.string().nullable(),
  /** Who reported it. */
  app: z.object({ id: z.int() }).nullish(),
});
const runsSchema = z.object({ check_runs: listOf(runSchema) });
const statusesSchema = z.object({ statuses: listOf(z.object({ context: z.string(), state: z.string() })) });

/** Lists check runs and statuses as `ForgeReports.checksAt` promises. */
export async function checksAt(client: GitHubClient, ref: Sha): Promise<readonly ForgeCheck[]> {
  const found: CheckRun[] = [];
  const runs = readPages(client, {
    doing: 'read the check runs of a commit',
    urgency: 'poll',
    tooMany,
    request: (octokit, list) => octokit.rest.checks.listForRef({ ...list, ref, filter: 'latest' }),
    answer: runsSchema,
  });
  for await (const { check_runs } of runs) found.push(...check_runs);
  const checks = latestRuns(found).map(checkOfRun);
  const statuses = readPages(client, {
    doing: 'read the statuses of a commit',
    urgency: 'poll',
    tooMany,
    request: (octokit, list) => octokit.rest.repos.getCombinedStatusForRef({ ...list, ref }),
    answer: statusesSchema,
  });
  for await (const page of statuses) checks.push(...page.statuses.map(checkOfStatus));
  return checks;
}

type CheckRun = z.output<typeof runSchema>;

/** GitHub gives the latest run of each suite, and a workflow that runs every night makes a suite each time: of an App the latest counts. */
function latestRuns(runs: readonly CheckRun[]): readonly CheckRun[] {
  const latest = new Map<string, CheckRun>();
  for (const run of runs) {
    const key = `${run.app?.id} ${run.name}`;
    if (run.id > (latest.get(key)?.id ?? 0)) latest.set(key, run);
  }
  return [...latest.values()];
}

/** A run that was skipped on purpose, or that has no opinion, is in nobody's way: so do the rules of branches see it. */
function checkOfRun({ name, status, conclusion }: CheckRun): ForgeCheck {
  if (status !== 'completed' || conclusion === null) return { name, state: 'running', words: words(status) };
  const passed = ['success', 'neutral', 'skipped'].includes(conclusion);
  return { name, state: passed ? 'passed' : 'failed', words: words(conclusion) };
}

function checkOfStatus({ context, state }: z.output<typeof statusesSchema>['statuses'][number]): ForgeCheck {
  const states: Readonly<Record<string, ForgeCheck['state']>> = { success: 'passed', pending: 'running' };
  return { name: context, state: states[state] ?? 'failed', words: words(state) };
}

function words(state: string): string {
  return state.replaceAll('_', ' ');
}
