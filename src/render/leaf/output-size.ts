import { limits } from '../../platform/limits.ts';
import type { LeafOutput } from '../types.ts';
import type { PlannedLeaf } from './plan.ts';

/** What the leaves of one render have come to so far. A base counts for each group: each gets a file of it. */
export class OutputSize {
  private total = 0;
  private count = 0;
  private most: { readonly plan: PlannedLeaf; readonly bytes: number } | undefined;

  /** Counts the output of a leaf. */
  add(plan: PlannedLeaf, { yaml, objects }: LeafOutput): void {
    this.count += objects.length;
    const bytes = Buffer.byteLength(yaml);
    if (bytes > (this.most?.bytes ?? 0)) this.most = { plan, bytes };
    this.total += bytes;
  }

  /** Tells whether it is more than one environment may have. */
  get isTooLarge(): boolean {
    return this.total > limits.environmentOutputBytes || this.hasTooMany;
  }

  /** Tells whether they are more objects than one environment may have. */
  get hasTooMany(): boolean {
    return this.count > limits.environmentObjects;
  }

  /** The leaf with the largest output, and its bytes. */
  get largest(): { readonly plan: PlannedLeaf; readonly bytes: number } | undefined {
    return this.most;
  }
}
