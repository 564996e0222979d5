import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { limits } from '../../platform/limits.ts';
import { keepTail, onLines } from './lines.ts';
import { processorMs } from './processor-time.ts';

/** The length of stderr that is kept: enough for the stacks that Go prints after the line that says what was fatal. */
const stderrCharacters = 65_536;

/** The settings with which a process is started. */
export interface ProcessOptions {
  readonly binary: string;
  readonly memoryLimitBytes: number;
}

/** The end of a process in words, with the last that it said on stderr. */
export interface Ending {
  readonly description: string;
  readonly stderr: string;
  /** It was ended because its answer was larger than any leaf may be. */
  readonly saidTooMuch?: boolean;
}

/**
 * A process that answers each line with a line. What the lines mean, and how long one may take, is up to the caller.
 */
export class RendererProcess {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly gone: Promise<void>;
  private ending: Ending | undefined;
  private killed = false;
  private excessive = false;
  private readonly early: string[] = [];
  private waiting: ((outcome: string | Ending) => void) | undefined;

  constructor(options: ProcessOptions) {
    // The process gets no environment: generators could read it, and a render must not depend on where it runs.
    this.child = spawn(options.binary, [`-memory-limit=${options.memoryLimitBytes}`], { env: {}, cwd: tmpdir() });
    const tail = keepTail(this.child.stderr, stderrCharacters);
    onLines(this.child.stdout, {
      onLine: (line) => this.receiveLine(line),
      longest: limits.leafOutputBytes,
      onExcess: () => {
        this.excessive = true;
        void this.kill();
      },
    });
    // A process that has ended closes its input. Its ending says why.
    this.child.stdin.on('error', () => undefined);
    this.gone = new Promise((resolve) => {
      const noteEnding = (description: string): void => {
        this.ending ??= { description, stderr: tail(), saidTooMuch: this.excessive };
        this.settleExchange(this.ending);
        resolve();
      };
      this.child.on('error', (error) => noteEnding(error.message));
      this.child.on('close', (code, signal) => noteEnding(signal ? `ended by ${signal}` : `exit code ${code}`));
    });
  }

  /** Tells whether the process can take another line. */
  get usable(): boolean {
    return !this.killed && this.ending === undefined;
  }

  /** Answers the time, in milliseconds, that processors have worked for it; undefined: nothing here tells that. */
  processorMs(): number | undefined {
    return processorMs(this.child.pid);
  }

  /** Sends a line, if there is one to send, and waits for the next line or for the end of the process. */
  exchange(line?: string): Promise<string | Ending> {
    return new Promise((resolve) => {
      const early = this.early.shift();
      if (early !== undefined) return resolve(early);
      if (this.ending) return resolve(this.ending);
      this.waiting = resolve;
      if (line !== undefined) this.child.stdin.write(line);
    });
  }

  /** Ends the process whatever it does, and waits until it is gone. */
  async kill(): Promise<void> {
    this.killed = true;
    this.child.kill('SIGKILL');
    await this.gone;
  }

  private receiveLine(line: string): void {
    if (!this.settleExchange(line)) this.early.push(line);
  }

  private settleExchange(outcome: string | Ending): boolean {
    const waiting = this.waiting;
    this.waiting = undefined;
    waiting?.(outcome);
    return waiting !== undefined;
  }
}
