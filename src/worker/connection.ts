import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection, type NativeConnectionOptions } from '@temporalio/worker';
import { Failure } from '../failure.ts';
import { serverTooOld } from '../temporal/server-version.ts';

/** A worker's connection to Temporal, and where it leads. */
export interface WorkerConnection {
  readonly connection: NativeConnection;
  readonly namespace: string;
  readonly address: string;
}

/**
 * Connects by TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, API key, TLS and profiles, as every Temporal tool does. Throws
 * `Failure` `Unavailable` where Temporal does not answer, and `Refused` where it is too old.
 */
export async function connectWorker(): Promise<WorkerConnection> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? 'localhost:7233';
  const connection = await connect({ ...connectionOptions, address });
  try {
    const { serverVersion } = await connection.workflowService.getSystemInfo({});
    const failure = serverTooOld(serverVersion, address);
    if (failure) throw failure;
    return { connection, namespace, address };
  } catch (error) {
    await connection.close();
    throw error;
  }
}

async function connect(options: NativeConnectionOptions & { readonly address: string }): Promise<NativeConnection> {
  try {
    return await NativeConnection.connect(options);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(
      'Unavailable',
      `Temporal does not answer at ${options.address} (${why}). Start it, or set TEMPORAL_ADDRESS.`,
      {
        cause: error,
      },
    );
  }
}
