import { createFairTurns } from '../../../processes/fair-turns.ts';

/**
 * The places of looks that read much. What a cluster answers becomes several times as much memory, until it is judged: clusters that
 * answer as much as they may are looked at one after the other, however many there are.
 */
export interface LargeLooks {
  /**
   * Waits for a place, and answers what leaves it. Whoever has one already needs no other. Throws the signal's reason, and then leaves it by
   * itself.
   */
  take(owner: object, context: string, signal: AbortSignal): Promise<() => void>;
}

/** Makes so many places. Whoever waits gets one in turn: no context has more of them than others. */
export function createLargeLooks(places: number): LargeLooks {
  const turns = createFairTurns(places);
  const owners = new WeakSet<object>();
  return {
    async take(owner, context, signal) {
      if (owners.has(owner)) return () => undefined;
      const leave = await turns.take(context, signal);
      owners.add(owner);
      return () => {
        owners.delete(owner);
        leave();
      };
    },
  };
}
