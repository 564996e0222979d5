/** What a command sees of the world around it; tests bring their own. */
export interface Io {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Standard error is a terminal on which lines may be redrawn. */
  readonly interactive: boolean;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
}

export function processIo(): Io {
  return {
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    interactive: process.stderr.isTTY === true && !process.env.CI && process.env.TERM !== 'dumb',
    env: process.env,
    cwd: workingDirectory(process.env),
  };
}

/** `npm run fairlead` changes to Fairlead's own checkout; paths are meant from where it was called. */
function workingDirectory(env: NodeJS.ProcessEnv): string {
  return (env.npm_lifecycle_event === 'fairlead' && env.INIT_CWD) || process.cwd();
}
