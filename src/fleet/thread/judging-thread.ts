import { answerOf, type ThreadAnswer } from '../../threads/messages.ts';
import { unpack } from '../../threads/packing.ts';
import { createSharedReader } from '../../threads/sharing.ts';
import { judgeNow } from '../judging/judge.ts';
import type { JudgingFindings, JudgingQuestions, QuestionKind } from '../judging/questions.ts';
import type { JudgingTask } from './messages.ts';

/*
 * What runs in a thread: it judges the answers of one cluster at a time, and may be ended at any moment.
 */

/** What many clusters are judged by, as this thread has unpacked it. */
const readShared = createSharedReader();

/** Judges the answers of one cluster. */
export function judge({ kind, own, shared, port }: JudgingTask): ThreadAnswer<JudgingFindings[QuestionKind]> {
  return answerOf(port, () => {
    const known = Object.fromEntries(shared.map(([field, data]) => [field, readShared(data)]));
    return judgeNow(kind, { ...(unpack(own) as object), ...known } as JudgingQuestions[QuestionKind]);
  });
}
