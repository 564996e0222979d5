import { loadSettings } from '../settings/settings.ts';
import type { Io } from './io.ts';
import { Promotions } from './promotions.ts';
import { type Temporal, withTemporal } from './temporal.ts';

/** Hands the promotions of the configured Temporal namespace to `use`. Throws `Failure`s. */
export async function withPromotions<T>(
  io: Io,
  use: (promotions: Promotions, temporal: Temporal) => Promise<T>,
): Promise<T> {
  const settings = await loadSettings(io.env);
  return withTemporal(io.env, (temporal) => use(new Promotions(temporal, settings), temporal));
}
