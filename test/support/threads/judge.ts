import type { JudgeAnswers } from '../../../src/fleet/judging/questions.ts';
import { createJudge, type JudgeOptions } from '../../../src/fleet/thread/judge-pool.ts';
import { createThreadPool, type ThreadOptions } from '../../../src/threads/pool.ts';

/** Opens a judge with threads of its own: one, where nothing else is said. */
export function openJudge(options: JudgeOptions & ThreadOptions = {}): {
  readonly judge: JudgeAnswers;
  readonly close: () => Promise<void>;
} {
  const threads = createThreadPool({ threads: 1, ...options });
  return { judge: createJudge(threads, options), close: () => threads.close() };
}
