import { loadSettings } from '../../settings/settings.ts';
import { type Temporal, withTemporal } from '../../temporal/client.ts';
import { clientConverter } from '../../temporal/codec/data-converter.ts';
import { readCodecKeys } from '../../temporal/codec/keys.ts';
import { openTracing } from '../../temporal/tracing/open.ts';
import { tracedStarts } from '../../temporal/tracing/traced-starts.ts';
import type { Io } from '../io.ts';
import { Lanes } from './lanes.ts';
import { Operations } from './operations.ts';
import { Session } from './session.ts';

/** The operations and lanes of a Temporal namespace. */
export interface TemporalNamespace {
  readonly operations: Operations;
  readonly lanes: Lanes;
}

/** Hands what runs in the configured Temporal namespace to `use`. Throws `Failure`. */
export async function withTemporalNamespace<T>(io: Io, use: (namespace: TemporalNamespace) => Promise<T>): Promise<T> {
  const settings = await loadSettings(io.env);
  const dataConverter = clientConverter(await readCodecKeys(settings.codec));
  const tracing = await openTracing(io.env, { service: 'fairlead', report: (why) => io.err(`${why}\n`) });
  const useSession = (temporal: Temporal) => {
    const session = new Session(temporal, settings);
    return use({ operations: new Operations(session), lanes: new Lanes(session) });
  };
  const interceptors = { workflow: tracing === undefined ? [] : [tracedStarts(tracing, io.env)] };
  try {
    return await withTemporal(io.env, useSession, { dataConverter, interceptors });
  } finally {
    await tracing?.close();
  }
}
