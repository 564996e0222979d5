import type { Hold } from '../../../src/operation/hold.ts';
import { Driver, plus, start } from './driver.ts';

export const minute = 60_000;
export const incident = { by: 'bob', reason: 'incident', config: false } as const;
export const freeze = { now: { until: plus(start, 60 * minute), reason: 'weekend' } };

export function lane(hold?: Omit<Hold, 'since'>): Driver {
  const driver = new Driver();
  if (hold) driver.send({ kind: 'hold', hold });
  return driver;
}
