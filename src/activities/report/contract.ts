import type { GitopsTarget } from '../../platform/types.ts';
import type { RecordOrder } from '../record/contract.ts';

/** What was told last of an operation in its environment: how it was recorded, or why its request was closed. */
export type LastWord =
  | ({ readonly kind: 'recorded' } & Omit<RecordOrder, 'earlier'>)
  | {
      readonly kind: 'closed';
      readonly source: string;
      readonly environment: string;
      readonly gitops: GitopsTarget;
      readonly branch: string;
      /** Plain text. */
      readonly reason: string;
    };

/** The step about what the forge shows of an end. */
export interface ReportActivities {
  /** Tells a last word once more, and waits until it stands on the forge, or cannot be written there. */
  awaitTold(word: LastWord): Promise<void>;
}
