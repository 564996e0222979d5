import { onRig } from './rig.ts';

/** What a burst came to. */
export interface BurstFigures {
  /** One promotion alone, before the burst, in seconds. */
  readonly aloneSeconds: number;
  /** From the first start to the promotion of the newest commit of every environment. */
  readonly newestSeconds: number;
  /** From the first start to the end of the last promotion. */
  readonly seconds: number;
  readonly peakMiB: number;
  /** How many ended in each state. */
  readonly states: ReadonlyMap<string, number>;
}

/**
 * Promotes so many commits at once, spread over so many platforms of one environment. Throws where one fails, or where a
 * newest commit is not what is promoted in the end.
 */
export async function burst(promotions: number, environments: number): Promise<BurstFigures> {
  const names = Array.from({ length: environments }, (_, index) => `env-${index}`);
  const platforms = names.map((name) => ({ name: `source-${name}`, environments: [name], merge: 'auto' as const }));
  return onRig(platforms, async ({ place, worker, promote }) => {
    const [alone] = await place.release('source-env-0', 1);
    const before = performance.now();
    await endsAs('promoted', await (await promote('source-env-0', alone ?? '')).result());
    const aloneSeconds = (performance.now() - before) / 1000;
    const each = promotions / environments;
    const commits = new Map<string, readonly string[]>();
    for (const { name } of platforms) commits.set(name, await place.release(name, each));

    const began = performance.now();
    const seconds = () => (performance.now() - began) / 1000;
    // The commits of all platforms come in turns, as they would from many people.
    const starts = Array.from({ length: each }, (_, index) =>
      [...commits].map(([name, list]) => ({ name, commit: list[index] ?? '', isNewest: index === each - 1 })),
    ).flat();
    const states = new Map<string, number>();
    let newestSeconds = 0;
    await Promise.all(
      starts.map(async ({ name, commit, isNewest }) => {
        const result = await (await promote(name, commit)).result();
        states.set(result.state, (states.get(result.state) ?? 0) + 1);
        if (isNewest) newestSeconds = Math.max(newestSeconds, seconds());
        endsAs(isNewest ? 'promoted' : undefined, result);
      }),
    );
    return {
      aloneSeconds,
      newestSeconds,
      seconds: seconds(),
      peakMiB: await worker.peakMiB(),
      states,
    };
  });
}

/** Throws where a promotion failed, or did not end as it must. A newer commit may have taken an older one's place. */
function endsAs(wanted: string | undefined, { state, message }: { readonly state: string; readonly message: string }) {
  const isGood = wanted === undefined ? ['promoted', 'superseded'].includes(state) : state === wanted;
  if (!isGood) throw new Error(`a promotion ended as ${state}, not as ${wanted ?? 'superseded'}: ${message}`);
}
