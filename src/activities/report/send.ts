import type { Dependencies } from '../../dependencies.ts';
import type { Sent } from '../../forge/reports/outbox.ts';
import type { CommitStatus, DeploymentState, StatusState } from '../../forge/reports/port.ts';
import type { Report } from '../../forge/reports/report.ts';
import type { OperationKind } from '../../operation/kind.ts';
import type { GitopsTarget } from '../../platform/types.ts';

/*
 * What is told on the forge beside requests. These hold in this folder:
 *
 * - Nothing waits for it and nothing fails by it: whoever reports goes on, whatever the forge says.
 * - It says what a step has found out anyway; nothing is asked for it.
 * - Between an approval and the merge that it allows nothing is written, unless a rule of the forge may wait for that.
 * - What has ended is told as ended.
 */

/** The parts by which something is told on a forge. */
export type ReportingDependencies = Pick<Dependencies, 'outbox' | 'forges' | 'workflowUrl'>;

/** The environment of which something is told, and the main commit at which it is. */
export interface ReportPlace {
  readonly source: string;
  readonly environment: string;
  readonly operation: OperationKind;
  readonly main: string;
}

/** What is told of an environment. */
export interface StatusWords {
  readonly state: StatusState;
  readonly description: string;
  readonly targetUrl?: string | undefined;
  readonly weight: Report['weight'];
}

/** Whether something is told, will be, or was just before; undefined: nobody tells it. */
export type Taken = Sent | undefined;

/** Tells at a main commit how its environment does. A config change is none of main's commits. */
export async function tellMain(
  { outbox }: ReportingDependencies,
  place: ReportPlace,
  told: StatusWords,
): Promise<Taken> {
  const { source, environment, operation, main } = place;
  if (operation === 'config change') return undefined;
  return outbox?.send(statusReport(source, main, { told, context: `fairlead/${environment}` }));
}

/** Tells at the head of a request whether it may be merged as far as the order of things goes. */
export async function tellOrder(
  { outbox }: ReportingDependencies,
  { gitops, commit }: { readonly gitops: GitopsTarget; readonly commit: string },
  told: StatusWords,
): Promise<Taken> {
  return outbox?.send({
    ...statusReport(gitops.repository, commit, { told, context: 'fairlead/order' }),
    isAwaited: true,
  });
}

function statusReport(
  repository: string,
  sha: string,
  { told, context }: { readonly told: StatusWords; readonly context: string },
): Report {
  const { weight, ...rest } = told;
  const status: CommitStatus = { context, ...rest };
  return {
    repository,
    what: 'statuses',
    key: `${sha} ${context}`,
    text: JSON.stringify(status),
    weight,
    async write(reports) {
      await reports.writeStatus(sha, status);
      return undefined;
    },
  };
}

/** Tells on a merged request how its rollout goes, in our one comment. */
export async function tellRequest(
  { outbox }: ReportingDependencies,
  { gitops, number }: { readonly gitops: GitopsTarget; readonly number: number },
  { text, weight }: { readonly text: string; readonly weight: Report['weight'] },
): Promise<Taken> {
  return outbox?.send({
    repository: gitops.repository,
    what: 'comments',
    key: `#${number}`,
    text,
    weight,
    write: (reports, known) => reports.progressComment({ number, text, known }),
  });
}

/** Records on the forge how a deployment stands. `as` tells two of one commit apart. */
export async function tellDeployment(
  { outbox }: ReportingDependencies,
  place: ReportPlace & { readonly as: string; readonly logUrl: string | undefined },
  { state, description }: { readonly state: DeploymentState; readonly description: string },
): Promise<Taken> {
  const { source, environment, operation, main, as, logUrl } = place;
  if (operation === 'config change') return undefined;
  const deployment = { sha: main, environment, as, state, description, logUrl };
  return outbox?.send({
    repository: source,
    what: 'deployments',
    key: `${main} ${environment} ${as}`,
    text: JSON.stringify(deployment),
    weight: 'last',
    write: (reports, known) => reports.reportDeployment(deployment, known),
  });
}
