import { unpack } from '../../processes/packing.ts';
import { serveTasks, type TaskSupply } from '../../processes/serve.ts';
import { createSharedReader } from '../../processes/sharing.ts';
import { judgeNow } from '../judging/judge.ts';
import type { JudgingFindings, JudgingQuestions, QuestionKind } from '../judging/questions.ts';
import type { JudgingTask } from './messages.ts';

/*
 * What runs in a process of its own: it judges the answers of one cluster at a time, and may be ended at any moment.
 */

/** What many clusters are judged by, as this process has unpacked it. */
const readShared = createSharedReader();

/** Judges the answers of one cluster. */
function judge({ kind, own, shared }: JudgingTask, { share }: TaskSupply): JudgingFindings[QuestionKind] {
  const known = Object.fromEntries(shared.map(([field, id]) => [field, readShared(id, share)]));
  return judgeNow(kind, { ...(unpack(own) as object), ...known } as JudgingQuestions[QuestionKind]);
}

serveTasks({ judge });
