import { loadClientConnectConfig } from '@temporalio/envconfig';
import { NativeConnection } from '@temporalio/worker';
import { Failure } from '../failure.ts';

/**
 * Connects by TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, API key, TLS and profiles, as every Temporal tool does. Throws
 * `Failure` `Unavailable` where Temporal does not answer.
 */
export async function connectWorker(): Promise<{ readonly connection: NativeConnection; readonly namespace: string }> {
  const { connectionOptions, namespace = 'default' } = loadClientConnectConfig();
  const address = connectionOptions.address ?? 'localhost:7233';
  try {
    return { connection: await NativeConnection.connect({ ...connectionOptions, address }), namespace };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Failure(
      'Unavailable',
      `Temporal does not answer at ${address} (${why}). Start it, or set TEMPORAL_ADDRESS.`,
      {
        cause: error,
      },
    );
  }
}
