/** The places for steps of one task queue of a worker. */
export interface Places {
  /**
   * Takes a place for a step of a platform's share; the answer leaves it. `giveBack` is called where others may wait for it: see
   * `createPlaces`.
   */
  enter(share: string, giveBack: () => void): () => void;
}

/** How many places there are, and when some are given back. */
export interface PlacesOptions {
  readonly most: number;
  /** How many milliseconds a step has its place at least. Default: 10 s. */
  readonly afterMs?: number;
  /** Tells whether operations of others than a share are under way, who may want its places. Never rejects. */
  readonly othersRun: (share: string) => Promise<boolean>;
}

interface Taken {
  readonly share: string;
  readonly giveBack: () => void;
  readonly since: number;
}

/**
 * Makes places of which one platform keeps three quarters at most, while operations of others are under way. A worker does not see who
 * waits in Temporal's queue; so where no place is free, the youngest steps of whoever has more are asked after a while to
 * give theirs back, and come again. A source, a cluster, a check or a chart may take minutes within all limits, and with as many of
 * them as there are places nobody else would be served. A platform that is alone keeps all places.
 */
export function createPlaces({ most, afterMs = 10_000, othersRun }: PlacesOptions): Places {
  const taken = new Set<Taken>();
  const kept = Math.max(1, Math.floor((most * 3) / 4));
  let timer: NodeJS.Timeout | undefined;
  const watch = () => {
    if (timer !== undefined || taken.size < most) return;
    timer = setTimeout(() => void giveSomeBack(), afterMs).unref();
  };
  const giveSomeBack = async () => {
    const [share] = surplusOf([...taken], kept).map((each) => each.share);
    // Only one share can have more than three quarters.
    const isWanted = share !== undefined && taken.size >= most && (await othersRun(share));
    timer = undefined;
    if (taken.size < most) return;
    const surplus = isWanted ? surplusOf([...taken], kept) : [];
    for (const each of surplus) if (performance.now() - each.since >= afterMs) each.giveBack();
    watch();
  };
  return {
    enter(share, giveBack) {
      const place = { share, giveBack, since: performance.now() };
      taken.add(place);
      watch();
      return () => void taken.delete(place);
    },
  };
}

/** Answers the youngest places of a share that has more than it may keep. `taken` is in the order of taking. */
function surplusOf(taken: readonly Taken[], kept: number): readonly Taken[] {
  const shares = new Map<string, Taken[]>();
  for (const each of taken) shares.set(each.share, [...(shares.get(each.share) ?? []), each]);
  return [...shares.values()].flatMap((places) => places.slice(kept));
}
