import type { Packed } from '../../processes/packing.ts';
import type { QuestionKind } from '../judging/questions.ts';

/** A question about one cluster, as a process gets it. */
export interface JudgingTask {
  readonly kind: QuestionKind;
  /** What the cluster answers, and what is known of it alone. */
  readonly own: Packed;
  /** The ids of what it is judged by with others. */
  readonly shared: readonly (readonly [field: string, id: number])[];
}
