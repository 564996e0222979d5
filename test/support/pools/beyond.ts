import { judgeHere } from '../../../src/fleet/judging/judge.ts';
import type { JudgeAnswers, QuestionKind } from '../../../src/fleet/judging/questions.ts';

/** A judge for whom questions of a kind are too much, of whatever cluster. */
export function judgeExcept(beyond: QuestionKind): JudgeAnswers {
  return async (kind, question, judgedFor) =>
    kind === beyond
      ? { beyond: `Judging cluster ${judgedFor.cluster} takes too much.` }
      : judgeHere(kind, question, judgedFor);
}
