import type { Activities } from '../../src/activities/contract.ts';

/** A step of a worker that does not begin before the test wants it. */
export interface Gate {
  /** Resolves when the step is about to begin. */
  readonly underWay: Promise<void>;
  letGo(): void;
  /** Answers the same steps, with the gate. */
  readonly steps: (activities?: Activities) => object;
}

/** Holds every such step until the gate lets go; from then on none. */
export function holdStep<Name extends keyof Activities>(
  name: Name,
  isMeant: (order: Parameters<Activities[Name]>[0]) => boolean = () => true,
): Gate {
  const begun = createLatch();
  const going = createLatch();
  const steps = (activities?: Activities) => ({
    ...activities,
    [name]: async (order: Parameters<Activities[Name]>[0]) => {
      if (isMeant(order)) {
        begun.open();
        await going.opened;
      }
      const step = activities?.[name] as ((order: unknown) => Promise<unknown>) | undefined;
      return step?.(order);
    },
  });
  return { underWay: begun.opened, letGo: going.open, steps };
}

/** Something that is waited for until it is opened, once and for all. */
export interface Latch {
  readonly opened: Promise<void>;
  readonly open: () => void;
}

export function createLatch(): Latch {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
