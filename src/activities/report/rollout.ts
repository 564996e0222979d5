import { asGiven } from '../../operation/claim.ts';
import { checkName } from '../../platform/verify/verify-check.ts';
import { shortSha } from '../../short-names.ts';
import { codeText, markdownText } from '../../untrusted-text.ts';
import type { RequestTold, RolloutOrder, RolloutReport } from '../rollout/contract.ts';
import type { VerificationOrder, VerificationReport } from '../verify/contract.ts';
import { type ReportingDependencies, type StatusWords, tellDeployment, tellMain, tellRequest } from './send.ts';
import { firstTrouble, healthyWords } from './words.ts';

/** Tells how a rollout does, and answers its report. */
export async function tellRollout(
  dependencies: ReportingDependencies,
  order: RolloutOrder,
  report: RolloutReport,
): Promise<RolloutReport> {
  const told = rolloutWords(order, report);
  if (told !== undefined) await tellProgress(dependencies, order, { ...told, details: clusterLines(report) });
  return report;
}

type Words = Pick<StatusWords, 'state' | 'description'>;

function rolloutWords({ phase, soakEnds }: RolloutOrder, { kind, fleet, deployed }: RolloutReport): Words | undefined {
  const healthy = healthyWords(fleet);
  const trouble = firstTrouble(fleet);
  switch (kind) {
    case 'failed':
      return { state: 'failure', description: `failed, ${healthy}. ${trouble}` };
    case 'unknown':
      return { state: 'failure', description: `not seen healthy in time, ${healthy}. ${trouble}` };
    case 'reverted':
      return { state: 'failure', description: `somebody took it back to main ${shortSha(deployed ?? '')}` };
    case 'config reverted':
      return { state: 'failure', description: `somebody took it back to config ${shortSha(deployed ?? '')}` };
    case 'progress':
    case 'healthy':
      return {
        state: 'pending',
        description: phase === 'rollout' && kind === 'progress' ? `rolling out, ${healthy}` : soaking(),
      };
    default:
      // It is rendered again, or ends and is recorded: both tell it.
      return undefined;
  }

  function soaking(): string {
    return phase === 'soak' ? `soaking until ${soakEnds}, ${healthy}` : `seen healthy, ${healthy}`;
  }
}

/** Tells how a check after a rollout does, and answers its report. */
export async function tellVerification(
  dependencies: ReportingDependencies,
  order: VerificationOrder,
  report: VerificationReport,
): Promise<VerificationReport> {
  const name = checkName(order.check);
  const failures: Partial<Record<VerificationReport['kind'], string>> = {
    failed: 'failed',
    late: 'did not pass in time',
  };
  const failure = failures[report.kind];
  const words: Words | undefined =
    failure !== undefined
      ? { state: 'failure', description: `check ${name} ${failure}: ${report.awaited}` }
      : report.kind === 'progress'
        ? { state: 'pending', description: `checking ${name}: ${report.awaited}` }
        : undefined;
  if (words !== undefined) await tellProgress(dependencies, order, { ...words, details: [] });
  return report;
}

interface ProgressWords extends Words {
  readonly details: readonly string[];
}

type ProgressOrder = Pick<RolloutOrder, 'source' | 'environment' | 'gitops' | 'operation' | 'main' | 'request'>;

async function tellProgress(
  dependencies: ReportingDependencies,
  order: ProgressOrder,
  { state, description, details }: ProgressWords,
): Promise<void> {
  const { gitops, request } = order;
  const weight = state === 'pending' ? 'repeated' : 'last';
  const targetUrl = request?.workflowId === undefined ? undefined : dependencies.workflowUrl?.(request.workflowId);
  await Promise.all([
    tellMain(dependencies, order, { state, description, targetUrl: targetUrl ?? request?.url, weight }),
    ...(request === undefined
      ? []
      : [
          tellRequest(
            dependencies,
            { gitops, number: request.number },
            { text: commentText(order, description, details), weight },
          ),
          ...(state === 'failure'
            ? [
                tellDeployment(
                  dependencies,
                  { ...order, as: `#${request.number}`, logUrl: targetUrl },
                  { state: 'failure', description },
                ),
              ]
            : []),
        ]),
  ]);
}

/** Makes our comment on a request: how it goes, cluster by cluster, and who approved or merged it. */
function commentText({ environment, request }: ProgressOrder, description: string, details: readonly string[]): string {
  const lines = [`**${markdownText(environment)}**: ${markdownText(description)}`, ...details];
  const who = request === undefined ? [] : approvalLines(request);
  return [lines.join('\n'), ...who].join('\n\n');
}

/** Says who approved what, and who merged it; of a person's name that nobody has checked, that it was given. */
export function approvalLines({ mergedBy, approval }: Pick<RequestTold, 'mergedBy' | 'approval'>): readonly string[] {
  const words = [
    ...(approval === undefined
      ? []
      : [
          `Approved by ${markdownText(asGiven(approval.by))} as ${codeText(shortSha(approval.head))}${approval.removals ? ', with what it removes' : ''}.`,
        ]),
    ...(mergedBy === undefined ? [] : [`Merged by ${markdownText(mergedBy)}.`]),
  ];
  return words.length === 0 ? [] : [words.join(' ')];
}

/** The most clusters that the comment lists. */
const mostClusters = 20;

function clusterLines({ fleet: { others, total, healthy } }: RolloutReport): readonly string[] {
  const shown = others
    .slice(0, mostClusters)
    .map(({ name, state, awaited }) => `- ${codeText(name)} ${state}: ${markdownText(awaited.slice(0, 400))}`);
  const more = total - healthy - shown.length;
  const rest = more > 0 ? [`- and ${more} more that are not healthy`] : [];
  return shown.length === 0 ? [] : ['', ...shown, ...rest];
}
