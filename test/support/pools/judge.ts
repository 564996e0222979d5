import { createJudge, type JudgeOptions, openJudgingProcesses } from '../../../src/fleet/judge-pool/judge-pool.ts';
import type { JudgeAnswers } from '../../../src/fleet/judging/questions.ts';
import type { ProcessPoolOptions } from '../../../src/processes/pool.ts';

/** Opens a judge with processes of its own: one, where nothing else is said. */
export function openJudge(options: JudgeOptions & ProcessPoolOptions = {}): {
  readonly judge: JudgeAnswers;
  readonly close: () => Promise<void>;
} {
  const processes = openJudgingProcesses({ processes: 1, ...options });
  return { judge: createJudge(processes, options), close: () => processes.close() };
}
