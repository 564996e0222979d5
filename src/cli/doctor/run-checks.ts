import { untilAborted } from '../../async/until-aborted.ts';
import { Failure } from '../../failure.ts';
import { troubles } from './catalogue.ts';
import type { Asking, DoctorFinding } from './finding.ts';

/** One check: what it asks, and what there is to ask beyond it. */
export interface Check extends Asking {
  /** The time for it, in milliseconds, without what comes of it. */
  readonly limitMs: number;
  /** What is not asked where it fails. Default: nothing. */
  readonly otherwise?: readonly DoctorFinding[];
  /** Whatever it throws is a finding. */
  ask(signal: AbortSignal): Promise<Answer>;
}

/** What a check found, and the checks that can be made now. */
export interface Answer {
  readonly findings: readonly DoctorFinding[];
  readonly more?: readonly Check[];
}

/** Makes all checks at once, each within its time. Answers in their order, whatever becomes of any; it never throws. */
export async function runChecks(all: readonly Check[]): Promise<readonly DoctorFinding[]> {
  const answers = await Promise.all(
    all.map(async (check) => {
      const { findings, more = [] } = await runCheck(check);
      return [...findings, ...(await runChecks(more))];
    }),
  );
  return answers.flat();
}

async function runCheck(check: Check): Promise<Answer> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(tooSlow), check.limitMs);
  try {
    return await untilAborted(check.ask(over.signal), over.signal);
  } catch (error) {
    return { findings: [failedCheck(check, error), ...(check.otherwise ?? [])] };
  } finally {
    clearTimeout(timer);
    // What goes on although nobody waits for it ends, too.
    over.abort(tooSlow);
  }
}

const tooSlow = new Error('the time is over');

function failedCheck({ check, about = '', limitMs }: Check, error: unknown): DoctorFinding {
  const { remedy } = troubles['check failed'];
  const told = { check, about, state: 'wrong', trouble: 'check failed', remedy } as const;
  if (error === tooSlow) return { ...told, type: 'Unavailable', detail: `No answer within ${limitMs / 1000} s.` };
  const message = error instanceof Error ? error.message : String(error);
  return { ...told, type: error instanceof Failure ? error.type : 'Internal', detail: message };
}
