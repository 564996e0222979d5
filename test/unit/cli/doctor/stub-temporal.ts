import { ownAttributes } from '../../../../src/temporal/attributes/registered-attributes.ts';
import type { Temporal } from '../../../../src/temporal/client.ts';
import { identityText, type WorkerIdentity } from '../../../../src/temporal/worker-identity.ts';

/** The error of a call that a server refuses with this code of gRPC. */
export function grpcFailure(code: number): Error {
  return Object.assign(new Error(`${code}`), { code, details: 'not here', metadata: {} });
}

export interface StubOptions {
  readonly serverVersion?: string;
  /** The code of gRPC with which the namespace is refused. */
  readonly namespace?: number;
  /** Name → IndexedValueType, or the code of gRPC with which they are refused. */
  readonly attributes?: Readonly<Record<string, number>> | number;
  readonly pollers?: readonly Partial<WorkerIdentity>[];
  /** The build that gets the tasks; default: workers without version. */
  readonly current?: string;
}

export const registered: Readonly<Record<string, number>> = Object.fromEntries(
  ownAttributes.map(({ name, type }) => [name, type === 'KEYWORD' ? 2 : 7]),
);

/** A connection to a Temporal that answers what a test says. */
export function stubTemporal(options: StubOptions = {}): Temporal {
  const { serverVersion = '1.29.0', namespace, attributes = registered, pollers = [], current } = options;
  const seconds = Math.round(Date.now() / 1000);
  const answer = async <T>(refusal: number | undefined, value: T): Promise<T> => {
    if (refusal !== undefined) throw grpcFailure(refusal);
    return value;
  };
  const describeTaskQueue = async () => ({
    pollers: pollers.map((identity, index) => ({
      identity: identityText({ process: 10 + index, host: 'one', ...identity }),
      lastAccessTime: { seconds },
    })),
    versioningInfo:
      current === undefined ? {} : { currentDeploymentVersion: { deploymentName: 'fairlead', buildId: current } },
  });
  return {
    address: 'temporal:7233',
    namespace: 'prod',
    connection: {
      withDeadline: (_: unknown, call: () => Promise<unknown>) => call(),
      workflowService: {
        getSystemInfo: () => answer(undefined, { serverVersion }),
        describeNamespace: () => answer(namespace, {}),
        describeTaskQueue,
      },
      operatorService: {
        listSearchAttributes: () =>
          typeof attributes === 'number' ? answer(attributes, {}) : answer(undefined, { customAttributes: attributes }),
      },
    },
  } as unknown as Temporal;
}
