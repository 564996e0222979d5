import { createHash } from 'node:crypto';
import * as v from 'valibot';
import type { ClusterVerdict } from '../../fleet/types.ts';

/** What one look at an environment has found so far. */
export interface LookProgress {
  /** Answers what an attempt that did not get to the end has found out about a cluster; undefined: nothing. */
  verdictOf(name: string): ClusterVerdict | undefined;
  /** Notes what was found out, and keeps it now and then. */
  note(name: string, verdict: ClusterVerdict): void;
}

/** The look whose progress is kept. */
export interface Look {
  readonly names: readonly string[];
  /** What the clusters are judged by: a verdict counts for this alone. */
  readonly judgedBy: unknown;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What is kept: a bit for each cluster, in the order of the names. It takes 2 kB for 5,000 clusters. */
export type KeptLook = v.InferOutput<typeof keptSchema>;

const keptSchema = v.object({
  stamp: v.string(),
  /** When the look began, milliseconds since 1970. */
  began: v.number(),
  healthy: v.string(),
  unknown: v.string(),
});

/** How old progress may be, in milliseconds. */
const oldestMs = 5 * 60_000;
/** The state of a cluster that could not be seen by an attempt that ended early; why is not kept. */
const unseen: ClusterVerdict = { state: 'unknown', awaited: 'It could not be reached a moment ago.' };

/**
 * Keeps the progress of a look, so that an attempt after a crash or a time-out goes on where the last one ended. Only
 * healthy clusters and those that cannot be seen are kept: the others may be judged otherwise by now, and looking at them
 * is quick. `before` is what the last attempt kept; `keep` is called at once, and then every `everyMs`.
 */
export function lookProgress(
  before: unknown,
  { names, judgedBy, now }: Look,
  { keep, everyMs = 5_000 }: { readonly keep: (look: KeptLook) => void; readonly everyMs?: number },
): LookProgress {
  const stamp = createHash('sha256')
    .update(JSON.stringify([names, judgedBy]))
    .digest('base64url')
    .slice(0, 22);
  const places = new Map(names.map((name, index) => [name, index]));
  const mine = ofThisLook(before, { stamp, now });
  const healthy = bitsOf(mine?.healthy, names.length);
  const unknown = bitsOf(mine?.unknown, names.length);
  const known = { healthy: Buffer.from(healthy), unknown: Buffer.from(unknown) };
  let keptAt = Number.NEGATIVE_INFINITY;
  return {
    verdictOf(name) {
      const place = places.get(name) ?? -1;
      if (hasBit(known.healthy, place)) return { state: 'healthy', awaited: '', notAwaited: true };
      return hasBit(known.unknown, place) ? unseen : undefined;
    },
    note(name, { state }) {
      const bits = state === 'healthy' ? healthy : state === 'unknown' ? unknown : undefined;
      if (bits) setBit(bits, places.get(name) ?? -1);
      if (performance.now() - keptAt < everyMs) return;
      keptAt = performance.now();
      const [healthyBits, unknownBits] = [healthy.toString('base64'), unknown.toString('base64')];
      keep({ stamp, began: mine?.began ?? now, healthy: healthyBits, unknown: unknownBits });
    },
  };
}

/** Answers what was kept of this very look; undefined: nothing, or it is too old. */
function ofThisLook(before: unknown, { stamp, now }: { readonly stamp: string; readonly now: number }) {
  const kept = v.safeParse(keptSchema, before);
  return kept.success && kept.output.stamp === stamp && now - kept.output.began < oldestMs ? kept.output : undefined;
}

function bitsOf(text: string | undefined, count: number): Buffer {
  const bits = Buffer.alloc(Math.ceil(count / 8));
  bits.set(Buffer.from(text ?? '', 'base64').subarray(0, bits.length));
  return bits;
}

function hasBit(bits: Buffer, place: number): boolean {
  return place >= 0 && ((bits[place >> 3] ?? 0) & (1 << (place & 7))) !== 0;
}

function setBit(bits: Buffer, place: number): void {
  if (place >= 0) bits[place >> 3] = (bits[place >> 3] ?? 0) | (1 << (place & 7));
}
