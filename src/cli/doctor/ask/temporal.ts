import { Failure } from '../../../failure.ts';
import { attributesThere } from '../../../temporal/attributes/registered-attributes.ts';
import {
  bounded,
  checkServer,
  isRefusedCall,
  noNamespace,
  type Temporal,
  temporalFailure,
  withTemporal,
} from '../../../temporal/client.ts';
import { grpcCodes, grpcError } from '../../../temporal/grpc-error.ts';
import { readPollers } from '../../../temporal/pollers.ts';
import { version } from '../../../version.ts';
import type { TroubleName } from '../catalogue.ts';
import type { CheckName } from '../check-names.ts';
import { type DoctorFinding, failed, notAsked, well } from '../finding.ts';
import { attributeFindings } from '../judge/attributes.ts';
import { takingWorkers, workersAlike } from '../judge/workers.ts';
import { type Answer, type Check, runChecks } from '../run-checks.ts';

/** What is asked of Temporal, and by which connection. */
export interface TemporalOrder {
  readonly env: NodeJS.ProcessEnv;
  readonly taskQueue: string;
  /** The time for each question, in milliseconds. */
  readonly limitMs: number;
}

type InNamespace = 'attributes' | 'worker' | 'workers alike';
const inNamespace: readonly InNamespace[] = ['attributes', 'worker', 'workers alike'];

const otherwise = notAskedThere(['namespace', ...inNamespace], 'Temporal could not be asked');

/** Asks Temporal, by one connection, which ends with its answers. */
export function temporalCheck(order: TemporalOrder): Check {
  return {
    check: 'temporal',
    // The connection with the version, the namespace, and what is asked in it.
    limitMs: 3 * order.limitMs,
    otherwise,
    async ask() {
      try {
        return { findings: await withTemporal(order.env, (temporal) => askTemporal(temporal, order)) };
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        return { findings: withoutTemporal(error) };
      }
    },
  };
}

/** Says why Temporal could not be asked, and what was not asked therefore. */
export function withoutTemporal(failure: Failure): readonly DoctorFinding[] {
  return [failed(serverTrouble(failure), failure), ...otherwise];
}

function serverTrouble({ type }: Failure): Exclude<TroubleName, 'check failed'> {
  if (type === 'Refused') return 'temporal too old';
  return type === 'Unauthorized' || type === 'InvalidConfig' ? 'temporal refuses' : 'temporal away';
}

/** Asks a Temporal that answers. Throws `Failure` where it is too old. */
export async function askTemporal(
  temporal: Temporal,
  order: Pick<TemporalOrder, 'taskQueue' | 'limitMs'>,
): Promise<readonly DoctorFinding[]> {
  const serverVersion = await checkServer(temporal);
  const release = serverVersion === undefined ? '' : `, version ${serverVersion}`;
  const { limitMs } = order;
  const namespace: Check = { check: 'namespace', limitMs, ask: () => askNamespace(temporal, order) };
  return [
    well({ check: 'temporal' }, `it answers at ${temporal.address}${release}`),
    ...(await runChecks([namespace])),
  ];
}

async function askNamespace(
  temporal: Temporal,
  { taskQueue, limitMs }: Pick<TemporalOrder, 'taskQueue' | 'limitMs'>,
): Promise<Answer> {
  const { namespace, connection } = temporal;
  const more = inNamespace.map((check) => ({
    check,
    limitMs,
    ask: async () => ({ findings: await inWords(temporal, () => questions[check](temporal, taskQueue)) }),
  }));
  try {
    await bounded(temporal, () => connection.workflowService.describeNamespace({ namespace }), limitMs);
    return { findings: [well({ check: 'namespace' }, namespace)], more };
  } catch (error) {
    if (isRefusedCall(error))
      return { findings: notAskedThere(['namespace'], `Temporal does not tell of "${namespace}"`), more };
    if (grpcError(error)?.code !== grpcCodes.notFound) throw temporalFailure(error, temporal);
    const others = notAskedThere(inNamespace, 'there is no such namespace');
    return { findings: [failed('no namespace', noNamespace(temporal)), ...others] };
  }
}

const questions: Readonly<
  Record<InNamespace, (temporal: Temporal, taskQueue: string) => Promise<readonly DoctorFinding[]>>
> = {
  attributes: askAttributes,
  worker: async ({ connection, namespace }, taskQueue) =>
    takingWorkers(await readPollers(connection, { namespace, taskQueue }), { namespace, taskQueue }),
  'workers alike': async ({ connection, namespace }, taskQueue) =>
    workersAlike(await readPollers(connection, { namespace, taskQueue }), version),
};

async function askAttributes(temporal: Temporal): Promise<readonly DoctorFinding[]> {
  const { namespace, connection } = temporal;
  try {
    const call = () => connection.operatorService.listSearchAttributes({ namespace });
    const { customAttributes } = await bounded(temporal, call);
    return attributeFindings(namespace, attributesThere(customAttributes));
  } catch (error) {
    if (!isRefusedCall(error)) throw error;
    return notAskedThere(['attributes'], 'Temporal does not tell, as Temporal Cloud');
  }
}

async function inWords<T>(temporal: Temporal, ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw temporalFailure(error, temporal);
  }
}

function notAskedThere(checks: readonly CheckName[], why: string): readonly DoctorFinding[] {
  return checks.map((check) => notAsked({ check }, why));
}
