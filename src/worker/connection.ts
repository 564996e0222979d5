import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import { temporalFailure } from '../temporal/client.ts';
import { connectConfig } from '../temporal/connection/config.ts';
import { refusedCredentials, sentCredentials, type TemporalPlace } from '../temporal/connection/credentials.ts';
import { connectionFailure, temporalRoute, workerRoute } from '../temporal/connection/route.ts';
import { serverTooOld } from '../temporal/server-version.ts';
import { checkAttributes } from './registered-attributes.ts';
import { coreRefusal } from './trouble/core-error.ts';

/** A worker's connection to Temporal, and where it leads. */
export interface WorkerConnection extends TemporalPlace {
  readonly connection: NativeConnection;
}

/**
 * Connects by TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, API key, TLS and profiles, as every Temporal tool does. Throws
 * `Failure`: `Unavailable` where Temporal does not answer, `Unauthorized` where it refuses the credentials or TLS cannot be
 * made, `Refused` where it is too old or lacks search attributes.
 */
export async function connectWorker(env: NodeJS.ProcessEnv = process.env): Promise<WorkerConnection> {
  const config = connectConfig(env);
  const { connectionOptions, namespace = 'default' } = config;
  const address = connectionOptions.address ?? 'localhost:7233';
  const place = { address, namespace, credentials: sentCredentials(config) };
  const connection = await connect(connectionOptions, place, env);
  try {
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    const failure = serverTooOld(serverVersion, address);
    if (failure) throw failure;
    await checkAttributes(connection, namespace);
    return { ...place, connection };
  } catch (error) {
    await connection.close();
    throw temporalFailure(error, place);
  }
}

async function connect(
  options: NativeConnectionOptions,
  place: TemporalPlace,
  env: Readonly<NodeJS.ProcessEnv>,
): Promise<NativeConnection> {
  const route = temporalRoute(place.address, env);
  try {
    return await NativeConnection.connect({ ...options, ...workerRoute(route) });
  } catch (error) {
    const told = error instanceof Error ? error.message : String(error);
    const words = place.credentials?.hide(told) ?? told;
    const refusal = coreRefusal(error);
    const refused = refusal && refusedCredentials(refusal, place, error);
    throw refused ?? (await connectionFailure({ route, tls: options.tls, words, error }));
  }
}
