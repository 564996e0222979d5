import type { Kind, Of } from '../events/types.ts';
import type { Sequence } from '../sequence/sequence.ts';

/** Lets something happen, and answers what it came to, for the journal. */
export type Performer<K extends Kind> = (sequence: Sequence, event: Of<K>) => Promise<string>;
export type Performers<K extends Kind> = { readonly [Each in K]: Performer<Each> };

export const nothing = 'there was nothing to do it to';

/** Picks one of these by any number; undefined where there is none. */
export function picked<T>(list: readonly T[], pick: number): T | undefined {
  return list[pick % Math.max(list.length, 1)];
}

/** Finds the first environment, from this one on, in which something is found. */
export async function firstOf<T>(
  sequence: Sequence,
  index: number,
  look: (sequence: Sequence, environment: string) => T | undefined | Promise<T | undefined>,
): Promise<{ readonly name: string; readonly found: T } | undefined> {
  const { environments } = sequence.world;
  for (let offset = 0; offset < environments.length; offset++) {
    const name = environmentOf(sequence, index + offset);
    const found = await look(sequence, name);
    if (found !== undefined) return { name, found };
  }
  return undefined;
}

export function environmentOf({ world }: Sequence, index: number): string {
  return picked(world.environments, index) ?? '';
}
