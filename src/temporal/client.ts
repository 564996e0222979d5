import {
  Client,
  type ClientOptions,
  Connection,
  defaultGrpcRetryOptions,
  makeGrpcRetryInterceptor,
  QueryNotRegisteredError,
  WorkflowFailedError,
  WorkflowUpdateFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import { ApplicationFailure, NamespaceNotFoundError } from '@temporalio/common';
import { Failure, type FailureType, failureTypes } from '../failure.ts';
import { remedies, sentence } from '../text/remedies.ts';
import { longestAnswer } from './codec/listing-client.ts';
import { shownMessage } from './codec/read-pending.ts';
import { createClosing } from './connection/closing.ts';
import { connectConfig } from './connection/config.ts';
import { refusedCredentials, sentCredentials, type TemporalPlace } from './connection/credentials.ts';
import { clientRoute, connectionFailure, temporalAway, temporalRoute } from './connection/route.ts';
import { grpcCodes, grpcError } from './grpc-error.ts';
import { serverTooOld } from './server-version.ts';

/** How long Temporal may take to answer a command, in milliseconds. */
const answerWithinMs = 10_000;
const connectMs = 5_000;

/** A connection to a namespace of Temporal. */
export interface Temporal extends TemporalPlace {
  readonly client: Client;
  readonly connection: Connection;
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
  const config = connectConfig(env);
  const { connectionOptions, namespace = 'default' } = config;
  const address = connectionOptions.address ?? 'localhost:7233';
  const { tls, apiKey, metadata } = connectionOptions;
  const place = { address, namespace, credentials: sentCredentials(config) };
  const route = temporalRoute(address, env);
  const { channelArgs, ...way } = clientRoute(route);
  const closing = createClosing();
  const connection = Connection.lazy({
    ...way,
    interceptors: [makeGrpcRetryInterceptor(defaultGrpcRetryOptions()), closing.interceptor],
    channelArgs: { ...channelArgs, 'grpc.max_receive_message_length': longestAnswer },
    connectTimeout: connectMs,
    ...(tls !== undefined && { tls }),
    ...(apiKey !== undefined && { apiKey }),
    ...(metadata !== undefined && { metadata: metadata as Record<string, string> }),
  });
  try {
    await connection.ensureConnected().catch(async (error: unknown) => {
      const said = grpcError(error);
      const refused = said && refusedCredentials(said, place, error);
      const words = said && place.credentials.hide(said.details);
      throw refused ?? (await connectionFailure({ route, tls, words, error }));
    });
    const client = new Client({ ...options, connection, namespace });
    return await use({ ...place, client, connection });
  } catch (error) {
    throw temporalFailure(error, place);
  } finally {
    closing.close();
    await connection.close();
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

/** Answers the version of the server, where it says one. Throws `Failure` Refused where it is too old. */
export async function checkServer(temporal: Temporal): Promise<string | undefined> {
  const { connection, address } = temporal;
  const { serverVersion } = await bounded(temporal, () => connection.workflowService.getSystemInfo({}));
  const failure = serverTooOld(serverVersion, address);
  if (failure) throw failure;
  return serverVersion || undefined;
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

/** Tells whether Temporal refuses a query because a search attribute in it is not registered. */
export function isUnknownAttribute(error: unknown): boolean {
  const { code, details } = grpcError(error) ?? {};
  return code === grpcCodes.invalid && /search attribute/i.test(details ?? '');
}

/** Makes the failure of a namespace that is not there. */
export function noNamespace({ address, namespace }: TemporalPlace): Failure {
  return new Failure(
    'NotFound',
    `Temporal at ${address} has no namespace "${namespace}". Create it, or set TEMPORAL_NAMESPACE.`,
  );
}

/** Puts an error into words for people, with its type. Throws what Temporal has not caused. */
export function temporalFailure(error: unknown, place: TemporalPlace): Failure {
  if (error instanceof Failure) return error;
  const { address } = place;
  if (error instanceof NamespaceNotFoundError) return noNamespace(place);
  const told = workersWord(error);
  if (told) return told;
  const said = grpcError(error);
  const refused = said && refusedCredentials(said, place, error);
  if (refused) return refused;
  const { code } = said ?? {};
  const details = said && (place.credentials?.hide(said.details) ?? said.details);
  if (isUnknownAttribute(error)) {
    return new Failure(
      'InvalidConfig',
      `Temporal does not know Fairlead's search attributes yet (${details}). ${sentence(remedies.searchAttributes)}`,
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
