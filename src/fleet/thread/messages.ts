import type { MessagePort } from 'node:worker_threads';
import type { Packed } from '../../threads/packing.ts';
import type { SharedData } from '../../threads/sharing.ts';
import type { QuestionKind } from '../judging/questions.ts';

/** A question about one cluster, as a thread gets it. */
export interface JudgingTask {
  readonly kind: QuestionKind;
  /** What the cluster answers, and what is known of it alone. */
  readonly own: Packed;
  /** What it is judged by with others. */
  readonly shared: readonly (readonly [field: string, data: SharedData])[];
  readonly port: MessagePort;
}
