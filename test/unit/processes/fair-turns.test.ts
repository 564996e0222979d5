import { expect, it } from 'vitest';
import { createFairTurns } from '../../../src/processes/fair-turns.ts';

/** Turns of which each takes as long as the test says, by a clock of its own. */
function world(places: number) {
  let time = 0;
  const turns = createFairTurns(places, () => time);
  const begun: string[] = [];
  const open = new Map<string, () => void>();
  const all: Promise<unknown>[] = [];
  return {
    begun,
    /** Asks for a turn. */
    ask(share: string, name: string, work: () => Promise<void> = () => new Promise((end) => open.set(name, end))) {
      const asked = turns.run(share, () => {
        begun.push(name);
        return work();
      });
      all.push(asked.catch(() => undefined));
      return asked;
    },
    /** Ends what has begun, after so many milliseconds. */
    async end(name: string, after: number) {
      time += after;
      open.get(name)?.();
      await new Promise((resolve) => setImmediate(resolve));
    },
    async settle() {
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}

it('gives one share what it asks for, in the order of supply', async () => {
  const { ask, end, settle, begun } = world(2);
  for (const name of ['1', '2', '3', '4']) void ask('a', name);
  await settle();
  expect(begun).toEqual(['1', '2']);
  await end('2', 10);
  await end('1', 10);
  expect(begun).toEqual(['1', '2', '3', '4']);
});

it('lets a share that came later go before one that has had more time', async () => {
  const { ask, end, settle, begun } = world(1);
  for (const name of ['slow 1', 'slow 2', 'slow 3']) void ask('slow', name);
  for (const name of ['quick 1', 'quick 2']) void ask('quick', name);
  await settle();
  await end('slow 1', 60_000);
  await end('quick 1', 5);
  expect(begun).toEqual(['slow 1', 'quick 1', 'quick 2']);
  await end('quick 2', 5);
  expect(begun.at(-1)).toBe('slow 2');
});

it('saves up no time for a share that asked for none', async () => {
  const { ask, end, settle, begun } = world(1);
  void ask('early', 'early 1');
  void ask('early', 'early 2');
  await settle();
  await end('early 1', 60_000);
  void ask('late', 'late 1');
  void ask('late', 'late 2');
  void ask('late', 'late 3');
  void ask('early', 'early 3');
  // Since it came, neither has had more than the other.
  await end('early 2', 1_000);
  await end('late 1', 3_000);
  expect(begun).toEqual(['early 1', 'early 2', 'late 1', 'early 3']);
});

it('gives a place back when the work fails', async () => {
  const { ask, settle, begun } = world(1);
  await expect(ask('a', 'bad', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  void ask('a', 'next');
  await settle();
  expect(begun).toEqual(['bad', 'next']);
});
