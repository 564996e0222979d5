import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import { Failure } from '../failure.ts';
import { connectConfig } from '../temporal/client.ts';
import { routeTrouble, type TemporalRoute, temporalRoute, workerRoute } from '../temporal/route.ts';
import { serverTooOld } from '../temporal/server-version.ts';
import { checkAttributes } from './registered-attributes.ts';

/** A worker's connection to Temporal, and where it leads. */
export interface WorkerConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly address: string;
}

/**
 * Connects by TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, API key, TLS and profiles, as every Temporal tool does. Throws
 * `Failure` `Unavailable` where Temporal does not answer, and `Refused` where it is too old or lacks search attributes.
 */
export async function connectWorker(env: NodeJS.ProcessEnv = process.env): Promise<WorkerConnection> {
  const { connectionOptions, namespace = 'default' } = connectConfig(env);
  const address = connectionOptions.address ?? 'localhost:7233';
  const connection = await connect(connectionOptions, temporalRoute(address, env));
  try {
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    const failure = serverTooOld(serverVersion, address);
    if (failure) throw failure;
    await checkAttributes(connection, namespace);
    return { connection, namespace, address };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function connect(options: NativeConnectionOptions, route: TemporalRoute): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect({ ...options, ...workerRoute(route) });
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    const why = (await routeTrouble(route, options.tls, words)) ?? words;
    throw new Failure(
      'Unavailable',
      `Temporal does not answer at ${route.address} (${why}). Start it, or set TEMPORAL_ADDRESS.`,
      {
        cause: error,
      },
    );
  }
}
