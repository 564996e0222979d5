import type { Leaf } from '../coverage/identity.ts';
import type { JudgingQuestions, QuestionKind } from './questions.ts';

/** How much there is of what makes judging long, for people and for limits. */
export interface JudgingSize {
  /** Kustomizations, of whatever source. */
  readonly kustomizations: number;
  /** Objects that the cluster was asked for, and has. */
  readonly found: number;
  /** Objects of the group, or that were removed or are named. */
  readonly wanted: number;
  /** What is compared with each other at most. */
  readonly pairs: number;
}

type Counts = Omit<JudgingSize, 'pairs'>;

const counters: { readonly [Kind in QuestionKind]: (question: JudgingQuestions[Kind]) => Counts } = {
  cluster: ({ observation, leaves }) => {
    if (observation.kind === 'unreachable') return nothing;
    const { kustomizations, others = [] } = observation;
    return {
      ...nothing,
      kustomizations: kustomizations.length + others.length,
      wanted: leaves.length + objectsOf(leaves),
    };
  },
  objects: ({ observation, wanted }) =>
    observation.kind === 'unreachable' ? nothing : { ...countsOf(observation), wanted: wanted.length },
  kinds: ({ kustomizations, leaves }) => ({
    ...nothing,
    kustomizations: kustomizations.length,
    wanted: objectsOf(leaves),
  }),
  applied: ({ observation, leaves }) => ({ ...countsOf(observation), wanted: objectsOf(leaves) }),
  leftovers: ({ observation, removed }) => ({ ...countsOf(observation), wanted: removed.length }),
};

const nothing: Counts = { kustomizations: 0, found: 0, wanted: 0 };

/** Counts what a question is about. */
export function sizeOfQuestion<Kind extends QuestionKind>(kind: Kind, question: JudgingQuestions[Kind]): JudgingSize {
  const counts = counters[kind](question);
  const { kustomizations, found, wanted } = counts;
  return { ...counts, pairs: (kustomizations + found) * (wanted + 1) + wanted };
}

function countsOf({
  kustomizations,
  objects,
}: {
  readonly kustomizations: readonly unknown[];
  readonly objects: readonly unknown[];
}): Counts {
  return { ...nothing, kustomizations: kustomizations.length, found: objects.length };
}

function objectsOf(leaves: readonly Leaf[]): number {
  return leaves.reduce((sum, { objects }) => sum + objects.length, 0);
}
