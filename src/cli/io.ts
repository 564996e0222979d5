import { terminalText } from '../untrusted-text.ts';

/** The world around a command. Tests bring their own. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Tells whether standard error is a terminal on which lines may be redrawn. */
  readonly interactive: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** The directory from which relative paths are meant. */
  readonly cwd: string;
}

/** One call of a command: its options, and the world around it. */
export interface Invocation<Options> {
  readonly options: Options;
  readonly io: Io;
}

/** Gives the world around this process. */
export function processIo(): Io {
  return {
    out: (text) => void process.stdout.write(terminalText(text)),
    err: (text) => void process.stderr.write(terminalText(text)),
    interactive: process.stderr.isTTY === true && !process.env.CI && process.env.TERM !== 'dumb',
    env: process.env,
    cwd: workingDirectory(process.env),
  };
}

/** Answers where the command was called: `npm run fairlead` changes to Fairlead's own checkout. */
function workingDirectory(env: NodeJS.ProcessEnv): string {
  return (env.npm_lifecycle_event === 'fairlead' && env.INIT_CWD) || process.cwd();
}
