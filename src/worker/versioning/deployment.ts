import type { ConnectionLike } from '@temporalio/client';
import { grpcCodes, grpcError, whereGrpcCode } from '../../temporal/grpc-error.ts';
import {
  type DeploymentVersion,
  isFresh,
  type Queue,
  type QueuePollers,
  readPollers,
  servingPollers,
} from '../../temporal/pollers.ts';
import type { KnownDeployment } from './current-version.ts';

/** How long Temporal may take to answer, in milliseconds: it takes some seconds to change a version. */
const answerWithinMs = 15_000;

/** A deployment of workers, and the task queue that all its versions poll. */
export interface DeploymentReference extends Queue {
  readonly deployment: string;
}

/** What Temporal knows of a deployment, with the token that a change of it must carry. */
export interface FoundDeployment extends KnownDeployment {
  readonly token: Uint8Array | undefined;
}

/** Asks Temporal for a deployment. One that nobody has polled for yet is empty. */
export async function readDeployment(
  connection: ConnectionLike,
  { deployment, ...queue }: DeploymentReference,
): Promise<FoundDeployment> {
  const { namespace } = queue;
  const pollers = await readPollers(connection, queue);
  const answer = await withinTime(connection, () =>
    connection.workflowService.describeWorkerDeployment({ namespace, deploymentName: deployment }),
  ).catch(whereGrpcCode(grpcCodes.notFound));
  const { routingConfig, versionSummaries } = answer?.workerDeploymentInfo ?? {};
  const ofThis = (build: string | null | undefined): DeploymentVersion | undefined =>
    build ? { deployment, build } : undefined;
  return {
    current: ofThis(routingConfig?.currentDeploymentVersion?.buildId),
    isCurrentServed: isServed(pollers),
    ramping: routingConfig?.rampingVersionPercentage
      ? ofThis(routingConfig.rampingDeploymentVersion?.buildId)
      : undefined,
    versions: (versionSummaries ?? []).flatMap(({ deploymentVersion, firstActivationTime }) => {
      const version = ofThis(deploymentVersion?.buildId);
      return version ? [{ ...version, wasActive: Boolean(firstActivationTime) }] : [];
    }),
    token: answer?.conflictToken ?? undefined,
  };
}

/**
 * Makes a version the current one of its deployment, unless the deployment has changed since it was read. Answers why
 * Temporal would not do it yet; undefined: it is done. Doing it again changes nothing.
 */
export async function makeCurrent(
  connection: ConnectionLike,
  { namespace }: Pick<Queue, 'namespace'>,
  { deployment, build, token }: DeploymentVersion & Pick<FoundDeployment, 'token'>,
): Promise<string | undefined> {
  try {
    await withinTime(connection, () =>
      connection.workflowService.setWorkerDeploymentCurrentVersion({
        namespace,
        deploymentName: deployment,
        buildId: build,
        ...(token && { conflictToken: token }),
      }),
    );
    return undefined;
  } catch (error) {
    const refused = grpcError(error);
    if (refused?.code !== grpcCodes.precondition) throw error;
    return refused.details;
  }
}

function isServed(queue: QueuePollers): boolean {
  return servingPollers(queue).some(isFresh);
}

function withinTime<T>(connection: ConnectionLike, call: () => Promise<T>): Promise<T> {
  return connection.withDeadline(Date.now() + answerWithinMs, call);
}
