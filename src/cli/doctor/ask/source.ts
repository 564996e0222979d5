import { Failure } from '../../../failure.ts';
import { environmentAt } from '../../../gitops/environment-file.ts';
import { recordSigner } from '../../../gitops/record/record-signer.ts';
import type { Environment } from '../../../platform/types.ts';
import { shortSha } from '../../../short-names.ts';
import { countOf } from '../../../text/count-of.ts';
import { environmentPolicy, orFailure, readSource, type SourceNow } from '../../environments/source.ts';
import type { CheckName } from '../check-names.ts';
import { type DoctorFinding, failed, notAsked, well } from '../finding.ts';
import { type DoctorParts, during, type PlatformOrder } from '../platform.ts';
import type { Answer, Check } from '../run-checks.ts';
import { environmentChecks } from './environment.ts';
import { reportsCheck } from './reports.ts';
import { repositoryChecks } from './repository.ts';

/** What is asked of a platform once its source can be read. */
const beyond = [
  'reports',
  'environment',
  'branch',
  'push',
  'access',
  'rules',
  'cluster',
  'record',
] as const satisfies readonly CheckName[];

const otherwise = beyond.map((check) => notAsked({ check }, 'the source was not read'));

/** Reads the source repository, and then asks about each environment that it has. */
export function sourceCheck(parts: DoctorParts, { url, environment }: PlatformOrder): Check {
  return {
    check: 'source',
    about: url,
    limitMs: parts.limitMs,
    otherwise,
    async ask(signal) {
      if (url === undefined)
        return nothingBeyond(notAsked({ check: 'source' }, 'name it with --source, or set FAIRLEAD_SOURCE'));
      const source = await orFailure(() => readSource(parts.repositories.open(url, signal)));
      if (source instanceof Failure) return nothingBeyond(failed('unreadable source', source, url));
      const stages = source.stages.flat();
      const words = `main is at ${shortSha(source.main)}; ${countOf(stages.length, 'environment')}: ${stages.join(', ')}`;
      return {
        findings: [well({ check: 'source', about: url }, words)],
        more: [
          reportsCheck(parts, url),
          ...(await checksOf(parts, source, environment === undefined ? stages : [environment])),
          recordCheck(parts, url),
        ],
      };
    },
  };
}

function nothingBeyond(finding: DoctorFinding): Answer {
  return { findings: [finding, ...otherwise] };
}

/** Lists the checks of these environments, and of each GitOps repository that they have. */
async function checksOf(parts: DoctorParts, source: SourceNow, names: readonly string[]): Promise<readonly Check[]> {
  const read = await Promise.all(names.map(async (name) => ({ name, policy: await policyOf(source, name) })));
  const environments = read.flatMap(({ policy }) => (policy instanceof Failure ? [] : [policy]));
  return [
    ...read.map(({ name, policy }) => fileCheck(name, policy)),
    ...repositoryChecks(parts, environments),
    ...environments.flatMap((environment) => environmentChecks(parts, { source: source.repository.url, environment })),
  ];
}

function policyOf(source: SourceNow, name: string): Promise<Environment | Failure> {
  return orFailure(async () => {
    const { config, trouble } = environmentPolicy(source, name);
    if (trouble) throw trouble;
    return environmentAt(source.repository, source.platform, { name, config });
  });
}

const ofEnvironment = ['branch', 'rules', 'own branches', 'cluster'] as const satisfies readonly CheckName[];
const why = 'its Environment file could not be read';

function fileCheck(about: string, policy: Environment | Failure): Check {
  const check = 'environment';
  const finding =
    policy instanceof Failure
      ? failed('environment file', policy, about)
      : well({ check, about }, `\`merge: ${policy.merge}\`, ${clusterWords(policy)}`);
  const others = finding.state === 'wrong' ? ofEnvironment.map((each) => notAsked({ check: each, about }, why)) : [];
  return { check, about, limitMs: 1_000, ask: async () => ({ findings: [finding, ...others] }) };
}

function clusterWords({ clusters, clustersWaived }: Environment): string {
  return clustersWaived ? 'no clusters to verify' : countOf(clusters.length, 'cluster');
}

/** Asks whether what the worker records counts, by the keys that the platform lists. */
function recordCheck({ repositories, settings: { signingKey }, limitMs }: DoctorParts, url: string): Check {
  return {
    check: 'record',
    limitMs,
    async ask(signal) {
      const signer = await orFailure(() =>
        recordSigner({ repositories: during(repositories, signal), signingKey }, url),
      );
      if (signer instanceof Failure) return { findings: [failed('record key', signer)] };
      const { key, isEnforced } = signer;
      if (!isEnforced)
        return {
          findings: [notAsked({ check: 'record' }, 'the platform lists no keys: its record is not signed')],
        };
      return { findings: [well({ check: 'record' }, `the key ${key?.public.id ?? ''} is listed`)] };
    },
  };
}
