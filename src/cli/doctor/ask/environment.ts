import { Failure } from '../../../failure.ts';
import { checkGroups } from '../../../fleet/groups.ts';
import { gitopsHead, provenanceAt } from '../../../gitops/gitops-branch.ts';
import { leavesAt } from '../../../gitops/leaves/leaves.ts';
import { readRecord } from '../../../gitops/record/read-record.ts';
import { shortSha } from '../../../short-names.ts';
import { orFailure } from '../../environments/source.ts';
import { type DoctorFinding, failed, well, wrong } from '../finding.ts';
import { type DoctorParts, during, type EnvironmentOrder, type GitopsNow, type Shared, shared } from '../platform.ts';
import type { Check } from '../run-checks.ts';
import { clusterChecks } from './clusters.ts';
import { forgeChecks } from './forge.ts';

/** Lists the checks of one environment. What the branch says is read once; who needs it waits for that. */
export function environmentChecks(parts: DoctorParts, order: EnvironmentOrder): readonly Check[] {
  const branch = shared<GitopsNow>();
  return [
    branchCheck(parts, order, branch),
    ...forgeChecks(parts, order, branch.found),
    ...clusterChecks(parts, order, branch.found),
  ];
}

function branchCheck(parts: DoctorParts, order: EnvironmentOrder, branch: Shared<GitopsNow>): Check {
  const { name, gitops } = order.environment;
  const asking = { check: 'branch', about: name } as const;
  return {
    ...asking,
    limitMs: parts.limitMs,
    async ask(signal) {
      const found = await orFailure(() => branch.finding(signal, () => readBranch(parts, order, signal)));
      if (found instanceof Failure) return { findings: [failed('no GitOps branch', found, name)] };
      const what =
        found.main === undefined ? 'nothing is deployed there yet' : `main ${shortSha(found.main)} is deployed`;
      const where = `${gitops.branch} of ${gitops.repository} is at ${shortSha(found.head)}`;
      return { findings: [well(asking, `${where}; ${what}`), ...groupFindings(order, found)] };
    },
  };
}

/** Says which groups of the branch nothing would be verified of, as a rollout does. */
function groupFindings({ environment }: EnvironmentOrder, { leaves }: GitopsNow): readonly DoctorFinding[] {
  const { errors } = checkGroups([...(leaves?.leaves.keys() ?? [])], environment);
  return errors.map((detail) => wrong('group without cluster', { about: environment.name, detail }));
}

async function readBranch(
  { repositories }: DoctorParts,
  { source, environment: { gitops } }: EnvironmentOrder,
  signal: AbortSignal,
): Promise<GitopsNow> {
  const repository = repositories.open(gitops.repository, signal);
  const head = await gitopsHead(repository, gitops);
  const provenance = await provenanceAt(repository, head);
  const { entries } = await readRecord({ repositories: during(repositories, signal) }, { source, gitops });
  return {
    head,
    main: provenance?.revision.main,
    leaves: provenance && (await leavesAt(repository, head, provenance.groups)),
    request: entries.find(({ request }) => request !== undefined)?.request,
  };
}
