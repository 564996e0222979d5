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
  const begun = signal();
  const going = signal();
  const steps = (activities?: Activities) => ({
    ...activities,
    [name]: async (order: Parameters<Activities[Name]>[0]) => {
      if (isMeant(order)) {
        begun.give();
        await going.given;
      }
      const step = activities?.[name] as ((order: unknown) => Promise<unknown>) | undefined;
      return step?.(order);
    },
  });
  return { underWay: begun.given, letGo: going.give, steps };
}

function signal(): { readonly given: Promise<void>; readonly give: () => void } {
  let give: () => void = () => undefined;
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  return { given, give };
}
