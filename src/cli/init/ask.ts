import { Failure } from '../../failure.ts';
import type { Io, Terminal } from '../io.ts';

/** A question that a person answers, a flag, or `--yes`. */
export interface Question {
  readonly flag: string;
  readonly text: string;
  readonly usual: string;
  /** Says what is wrong with an answer; undefined: nothing. */
  readonly check?: (answer: string) => string | undefined;
  /** The answers there are; undefined: any. */
  readonly choices?: readonly string[];
}

/** Gets answers to questions. */
export interface Asker {
  /** Answers what a flag says, else a person. Throws `Failure` InvalidInput for an answer that is wrong. */
  answer(question: Question, given: string | undefined): Promise<string>;
}

/**
 * Makes an asker: on a terminal it asks, with `--yes` it takes what is usual. Without both nobody can be asked, and `Failure` InvalidInput
 * lists the flags that are missing.
 */
export function createAsker(yes: boolean, io: Io): Asker {
  return {
    answer: async (question, given) => {
      const answer = given ?? (yes ? question.usual : await ask(question, io));
      const problem = question.check?.(answer);
      if (problem === undefined) return answer;
      throw new Failure('InvalidInput', `${question.flag}: ${problem}`);
    },
  };
}

/** Throws `Failure` InvalidInput where nobody can be asked, and some questions have no answer. */
export function refuseUnanswered(
  questions: readonly (readonly [Question, string | undefined])[],
  { yes, io }: { readonly yes: boolean; readonly io: Io },
): void {
  const missing = questions.flatMap(([question, given]) => (given === undefined ? [question] : []));
  if (yes || io.terminal !== undefined || missing.length === 0) return;
  const lines = missing.map(
    ({ flag, text, usual }) => `  ${flag}: ${text}${usual === '' ? '' : ` (usually ${usual})`}`,
  );
  throw new Failure(
    'InvalidInput',
    `There is no terminal to ask on. Say it with these flags, or take what is usual with --yes:\n${lines.join('\n')}`,
  );
}

async function ask(question: Question, io: Io): Promise<string> {
  const { terminal } = io;
  if (terminal === undefined)
    throw new Failure('InvalidInput', `There is no terminal to ask on. Say it with ${question.flag}.`);
  try {
    return await askOn(terminal, question);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'ExitPromptError') throw error;
    throw new Failure('InvalidInput', 'Stopped: nothing was made.', { cause: error });
  }
}

async function askOn({ input: stdin, output }: Terminal, { text, usual, check, choices }: Question): Promise<string> {
  const context = { input: stdin, output };
  const message = `${text}:`;
  if (choices !== undefined) {
    const { default: select } = await import('@inquirer/select');
    return select({ message, default: usual, choices: choices.map((value) => ({ value })) }, context);
  }
  const { default: input } = await import('@inquirer/input');
  const validate = (value: string) => check?.(value) ?? true;
  return input({ message, validate, ...(usual !== '' && { default: usual }) }, context);
}
