import { cutMiddle } from '../cut.ts';
import { wellFormed } from '../text/message-text.ts';

/** A signal that could not be carried out, and why. */
export interface Refusal {
  /** ISO 8601. */
  readonly at: string;
  readonly action: string;
  readonly reason: string;
}

/** How many refusals a workflow keeps, and the most characters of each. */
const kept = { refusals: 20, reason: 1_000 } as const;

/** Adds a refusal to those that a workflow shows; the oldest make room. */
export function withRefusal(refusals: readonly Refusal[], { at, action, reason }: Refusal): readonly Refusal[] {
  return [...refusals, { at, action, reason: refusalReason(reason) }].slice(-kept.refusals);
}

/** Shortens why something is refused: it may quote what was sent. */
export function refusalReason(reason: string): string {
  return wellFormed(cutMiddle(reason, kept.reason));
}
