import { terminalText } from '../untrusted-text.ts';
import { colourless, createPainter, type Paint, type Painter, plain, takesColours } from './view/paint.ts';

/** The world around a command. Tests bring their own. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** What gives colours to what goes to `out` and to `err`. Default: nothing. */
  readonly painters?: { readonly out: Painter; readonly err: Painter };
  /** Tells whether standard error is a terminal on which lines may be redrawn. */
  readonly interactive: boolean;
  /** The terminal on which a person may be asked; undefined: there is none. */
  readonly terminal?: Terminal | undefined;
  readonly env: NodeJS.ProcessEnv;
  /** The directory from which relative paths are meant. */
  readonly cwd: string;
}

/** Where a person reads questions and answers them. */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
}

/** One call of a command: its options, and the world around it. */
export interface Invocation<Options> {
  readonly options: Options;
  readonly io: Io;
}

/** Gives the world around this process. */
export function processIo(): Io {
  const { stdout, stderr, stdin, env } = process;
  const painter = createPainter();
  const painterOf = (stream: typeof stdout | typeof stderr) => (takesColours(stream, env) ? painter : colourless);
  const painters = { out: painterOf(stdout), err: painterOf(stderr) };
  const interactive = stderr.isTTY === true && !env.CI && env.TERM !== 'dumb';
  const asks = interactive && stdin.isTTY === true;
  return {
    out: (text) => void stdout.write(painters.out.shown(text, terminalText)),
    err: (text) => void stderr.write(painters.err.shown(text, terminalText)),
    painters,
    interactive,
    terminal: asks ? { input: stdin, output: stderr } : undefined,
    env,
    cwd: workingDirectory(env),
  };
}

/** Gives colours to what goes to standard output, where that is a terminal. */
export function paintOf({ painters }: Pick<Io, 'painters'>): Paint {
  return painters?.out.paint ?? plain;
}

/** Answers where the command was called: `npm run fairlead` changes to Fairlead's own checkout. */
function workingDirectory(env: NodeJS.ProcessEnv): string {
  return (env.npm_lifecycle_event === 'fairlead' && env.INIT_CWD) || process.cwd();
}
