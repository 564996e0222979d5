import {
  Client,
  type ClientOptions,
  Connection,
  QueryNotRegisteredError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError } from '@temporalio/common';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { Failure, type FailureType, failureTypes } from '../failure.ts';
import { shownMessage } from './codec/read-pending.ts';
import { grpcCodes, grpcError } from './grpc-error.ts';
import { clientRoute, routeTrouble, temporalRoute } from './route.ts';
import { serverTooOld } from './server-version.ts';

/** How long Temporal may take to answer a command, in milliseconds. */
const answerWithinMs = 10_000;
const connectMs = 5_000;

/** A connection to a namespace of Temporal. */
export interface Temporal {
  readonly client: Client;
  readonly connection: Connection;
  readonly namespace: string;
  readonly address: string;
}

/**
 * Connects as `TEMPORAL_ADDRESS`, `TEMPORAL_NAMESPACE` and Temporal's other settings say, hands the client to `use`, and
 * disconnects. Whatever Temporal refuses is thrown as a `Failure`. `options`: how the client encrypts and traces.
 */
export async function withTemporal<T>(
  env: NodeJS.ProcessEnv,
  use: (temporal: Temporal) => Promise<T>,
  options?: Pick<ClientOptions, 'dataConverter' | 'interceptors'>,
): Promise<T> {
  const { connectionOptions, namespace = 'default' } = connectConfig(env);
  const address = connectionOptions.address ?? 'localhost:7233';
  const { tls, apiKey, metadata } = connectionOptions;
  const route = temporalRoute(address, env);
  const connection = Connection.lazy({
    ...clientRoute(route),
    connectTimeout: connectMs,
    ...(tls !== undefined && { tls }),
    ...(apiKey !== undefined && { apiKey }),
    ...(metadata !== undefined && { metadata: metadata as Record<string, string> }),
  });
  try {
    await connection.ensureConnected().catch(async (error: unknown) => {
      const words = grpcError(error)?.details;
      const why = (await routeTrouble(route, tls, words ?? '')) ?? words;
      throw credentialsRefused(error, address) ?? temporalAway(address, why, error);
    });
    const client = new Client({ ...options, connection, namespace });
    return await use({ client, connection, namespace, address });
  } catch (error) {
    throw temporalFailure(error, { address, namespace });
  } finally {
    await connection.close();
  }
}

/** Reads the settings of the connection to Temporal, as every Temporal tool does. Throws `Failure` InvalidConfig. */
export function connectConfig(env: NodeJS.ProcessEnv) {
  try {
    const set = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    return loadClientConnectConfig({ overrideEnvVars: Object.fromEntries(set) });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure('InvalidConfig', `The settings of the connection to Temporal are wrong: ${why}`, {
      cause: error,
    });
  }
}

/** Makes one call that Temporal must answer in time. */
export function bounded<T>(
  { connection }: Temporal,
  call: () => Promise<T>,
  forMs: number = answerWithinMs,
): Promise<T> {
  return connection.withDeadline(Date.now() + forMs, call);
}

/** Answers whether Temporal's answer did not come in time. Queries and updates are answered by the worker. */
export function isTimeout(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const code = grpcError(error)?.code;
  return code === grpcCodes.deadline || code === grpcCodes.cancelled;
}

/** Answers whether Temporal refuses a call to whoever asks, or does not have it at all, as Temporal Cloud. */
export function isRefusedCall(error: unknown): boolean {
  const code = grpcError(error)?.code;
  return code === grpcCodes.denied || code === grpcCodes.unimplemented;
}

/** Throws `Failure` Refused where the server is too old. */
export async function checkServer(temporal: Temporal): Promise<void> {
  const { connection, address } = temporal;
  const { serverVersion } = await bounded(temporal, () => connection.workflowService.getSystemInfo({}));
  const failure = serverTooOld(serverVersion, address);
  if (failure) throw failure;
}

/**
 * Answers whether a worker did not answer a query or an update: not in time, because none has polled for twenty seconds,
 * or because the task of the workflow that was to answer was lost with its worker.
 */
export function isUnanswered(error: unknown): boolean {
  const code = grpcError(error)?.code;
  return isTimeout(error) || code === grpcCodes.precondition || code === grpcCodes.aborted;
}

/** Answers what a worker said that could not answer a query; undefined: that is not what the error says. */
export function refusedQuery(error: unknown): string | undefined {
  return error instanceof QueryNotRegisteredError ? shownMessage(error.message) : undefined;
}

/** Puts an error into words for people, with its type. Throws what Temporal has not caused. */
export function temporalFailure(
  error: unknown,
  { address, namespace }: { readonly address: string; readonly namespace: string },
): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof NamespaceNotFoundError) {
    return new Failure(
      'NotFound',
      `Temporal at ${address} has no namespace "${namespace}". Create it, or set TEMPORAL_NAMESPACE.`,
    );
  }
  const told = workersWord(error);
  if (told) return told;
  const refused = credentialsRefused(error, address);
  if (refused) return refused;
  const { code, details } = grpcError(error) ?? {};
  if (code === grpcCodes.invalid && /search attribute/i.test(details ?? '')) {
    return new Failure(
      'InvalidConfig',
      `Temporal does not know Fairlead's search attributes yet (${details}). Run \`fairlead setup\` once.`,
    );
  }
  const unanswered = refusedQuery(error);
  if (unanswered !== undefined) {
    return new Failure(
      'Internal',
      `The worker cannot answer (${unanswered}). See its log, and that it runs the release of this command.`,
      { cause: error },
    );
  }
  if (code === grpcCodes.exhausted) {
    return new Failure(
      'Unavailable',
      `Temporal at ${address} has too much to do (${details}). Try again in a moment.`,
      {
        cause: error,
      },
    );
  }
  if (isTimeout(error) || code === grpcCodes.unavailable) return temporalAway(address, details, error);
  if (code !== undefined)
    return new Failure('Internal', `Temporal at ${address} refuses: ${details}.`, { cause: error });
  throw error;
}

function credentialsRefused(error: unknown, address: string): Failure | undefined {
  const { code, details } = grpcError(error) ?? {};
  if (code !== grpcCodes.denied && code !== grpcCodes.unauthenticated) return undefined;
  return new Failure(
    'Unauthorized',
    `Temporal at ${address} refuses these credentials (${details}). Check TEMPORAL_API_KEY and the TEMPORAL_TLS settings.`,
    { cause: error },
  );
}

function temporalAway(address: string, details: string | undefined, cause: unknown): Failure {
  const why = details === undefined ? '' : ` (${details.replace(/\.?\s*$/, '')})`;
  return new Failure(
    'Unavailable',
    `Temporal does not answer at ${address}${why}. Start it, or set TEMPORAL_ADDRESS.`,
    { cause },
  );
}

/**
 * Makes the failure that a workflow or one of its activities ended with, of the same type; undefined: that is not what
 * the error says.
 */
export function workersWord(error: unknown): Failure | undefined {
  if (!(error instanceof WorkflowFailedError || error instanceof WorkflowUpdateFailedError)) return undefined;
  let cause: unknown = error.cause;
  while (cause instanceof Error && !(cause instanceof ApplicationFailure) && cause.cause) cause = cause.cause;
  const message = cause instanceof Error ? cause.message : error.message;
  const type = cause instanceof ApplicationFailure ? cause.type : undefined;
  return new Failure(isFailureType(type) ? type : 'Internal', message, { cause: error });
}

function isFailureType(type: string | null | undefined): type is FailureType {
  return typeof type === 'string' && Object.hasOwn(failureTypes, type);
}
