import { type ReachedFolders, reachOf } from '../coverage/reach.ts';
import { clusterRegression } from '../regression.ts';
import type { ClusterExpectation } from '../types.ts';
import { judgeApplied, kindsToRead } from '../verify/applied.ts';
import { judgeObjects } from '../verify/judge-objects.ts';
import { leftovers } from '../verify/leftovers.ts';
import { judgeInTime } from './in-time.ts';
import type { JudgeAnswers, JudgingFindings, JudgingQuestions, QuestionKind } from './questions.ts';

type Reach = (path: string) => ReachedFolders;

type Judges = {
  readonly [Kind in QuestionKind]: (question: JudgingQuestions[Kind], reach?: Reach) => JudgingFindings[Kind];
};

const judges: Judges = {
  cluster: (question, reach = reachOf(question.folders)) => judgeCluster(question, reach),
  objects: ({ observation, wanted, acceptable, since }) =>
    judgeObjects(observation, { wanted, acceptable: (revision) => acceptable.has(revision), since }),
  kinds: ({ kustomizations, leaves }) => kindsToRead(leaves, kustomizations),
  applied: ({ observation, leaves }) => judgeApplied(observation, leaves),
  leftovers: ({ observation, removed, acceptable }) =>
    leftovers(observation, { removed, acceptable: (revision) => acceptable.has(revision) }),
};

/** Answers a question about one cluster. `reach`: where paths of the branch lead, if that is known. */
export function judgeNow<Kind extends QuestionKind>(
  kind: Kind,
  question: JudgingQuestions[Kind],
  reach?: Reach,
): JudgingFindings[Kind] {
  return judges[kind](question, reach);
}

/** Judges where it is called, which stands still meanwhile. */
export const judgeHere: JudgeAnswers = async (kind, question) => ({ found: judgeNow(kind, question) });

function judgeCluster(
  { observation, standard, leaves }: JudgingQuestions['cluster'],
  reach: Reach,
): JudgingFindings['cluster'] {
  const { acceptable, evident, wasHealthy, ...known } = standard;
  const expectation: ClusterExpectation = {
    ...known,
    leaves,
    reach,
    acceptable: (revision) => evident.has(revision),
  };
  const before = { ...expectation, acceptable: (revision: string) => acceptable.has(revision) };
  const regression = wasHealthy ? clusterRegression(observation, before) : undefined;
  if (regression !== undefined) return { state: 'failed', awaited: regression, failedAtRevision: true };
  return judgeInTime(observation, expectation);
}
