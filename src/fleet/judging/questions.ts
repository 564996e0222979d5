import type { CoveragePolicy } from '../../platform/types.ts';
import type { Leaf, LeafObject } from '../coverage/identity.ts';
import type { BranchFolders } from '../coverage/reach.ts';
import type { NamedVerdict } from '../summary.ts';
import type { ClusterExpectation, ClusterObservation, ClusterVerdict, KustomizationEvidence } from '../types.ts';
import type { AppliedObservation, ObjectsObservation, WantedKind, WantedObject } from '../verify/types.ts';

/*
 * Invariants of this folder: whatever a cluster answers is judged by a function of plain data, so that it may be judged in a process
 * of its own, and comes to the same there. It is pure.
 */

/** What clusters of an environment are judged by, as plain data. */
export interface ClusterStandard
  extends Pick<ClusterExpectation, 'group' | 'removed' | 'now' | 'remembered' | 'deadlinePassed' | 'reconciledSince'> {
  readonly coverage: CoveragePolicy;
  /** The revisions that count for a cluster that was healthy before, and those that are evidence of health. */
  readonly acceptable: ReadonlySet<string>;
  readonly evident: ReadonlySet<string>;
  /** It was healthy before: what fails now is a regression. */
  readonly wasHealthy: boolean;
}

/** What is asked of the answers of one cluster, by kind. */
export interface JudgingQuestions {
  /** Whether it is healthy at a commit. */
  readonly cluster: {
    readonly observation: ClusterObservation;
    readonly standard: ClusterStandard;
    readonly leaves: readonly Leaf[];
    readonly folders: BranchFolders;
  };
  /** Whether it has done what a check names. */
  readonly objects: {
    readonly observation: ObjectsObservation;
    readonly wanted: readonly WantedObject[];
    readonly acceptable: ReadonlySet<string>;
    readonly since: string;
  };
  /** What of it must be read beside what Flux says. */
  readonly kinds: {
    readonly kustomizations: readonly KustomizationEvidence[];
    readonly leaves: readonly Leaf[];
  };
  /** What of the leaves' objects is not as it should be. */
  readonly applied: {
    readonly observation: Extract<AppliedObservation, { readonly kind: 'reached' }>;
    readonly leaves: readonly Leaf[];
  };
  /** What is left of what the branch has no more. */
  readonly leftovers: {
    readonly observation: Extract<ObjectsObservation, { readonly kind: 'reached' }>;
    readonly removed: readonly LeafObject[];
    readonly acceptable: ReadonlySet<string>;
  };
}

/** What is found, by the kind of the question. */
export interface JudgingFindings {
  readonly cluster: ClusterVerdict & Pick<NamedVerdict, 'late'>;
  readonly objects: ClusterVerdict;
  readonly kinds: readonly WantedKind[];
  readonly applied: Required<Pick<ClusterVerdict, 'awaited' | 'warnings'>>;
  /** One clause; undefined: nothing is left. */
  readonly leftovers: string | undefined;
}

/** A kind of question about one cluster. */
export type QuestionKind = keyof JudgingQuestions;

/** What judging came to. `beyond`: it takes too much, in one sentence, so that nothing is known of the cluster. */
export type Judgement<Kind extends QuestionKind> =
  | { readonly found: JudgingFindings[Kind] }
  | { readonly beyond: string };

/** Whose answers are judged, and for whom. */
export interface JudgedFor {
  /** The name of the cluster. */
  readonly cluster: string;
  /** The source repository of the platform, whose turn is taken. */
  readonly repository: string;
  readonly signal?: AbortSignal;
}

/** Judges what a cluster answers. Throws the reason of the signal. */
export type JudgeAnswers = <Kind extends QuestionKind>(
  kind: Kind,
  question: JudgingQuestions[Kind],
  judgedFor: JudgedFor,
) => Promise<Judgement<Kind>>;
