import { limits } from '../../platform/limits.ts';
import { OwnProcess, type ProcessEnding } from '../../processes/own-process.ts';
import { onLines } from './lines.ts';
import { processorMs } from './processor-time.ts';

/** The settings with which a process is started. */
export interface ProcessOptions {
  readonly binary: string;
  readonly memoryLimitBytes: number;
}

/** The end of a renderer. */
export interface Ending extends ProcessEnding {
  /** It was ended because its answer was larger than any leaf may be. */
  readonly saidTooMuch?: boolean;
}

/**
 * A process that answers each line with a line. What the lines mean, and how long one may take, is up to the caller.
 */
export class RendererProcess {
  private readonly own: OwnProcess;
  private excessive = false;
  private readonly early: string[] = [];
  private waiting: ((outcome: string | Ending) => void) | undefined;

  constructor({ binary, memoryLimitBytes }: ProcessOptions) {
    this.own = new OwnProcess(
      { program: binary, args: [`-memory-limit=${memoryLimitBytes}`], way: 'standard' },
      (ending) => this.settleExchange(this.endingOf(ending)),
    );
    onLines(this.own.output, {
      onLine: (line) => this.receiveLine(line),
      longest: limits.leafOutputBytes,
      onExcess: () => {
        this.excessive = true;
        void this.kill();
      },
    });
  }

  /** Tells whether the process can take another line. */
  get usable(): boolean {
    return this.own.isUsable;
  }

  /** Answers the time, in milliseconds, that processors have worked for it; undefined: nothing here tells that. */
  processorMs(): number | undefined {
    return processorMs(this.own.pid);
  }

  /** Sends a line, if there is one to send, and waits for the next line or for the end of the process. */
  exchange(line?: string): Promise<string | Ending> {
    return new Promise((resolve) => {
      const early = this.early.shift();
      if (early !== undefined) return resolve(early);
      if (this.own.ending) return resolve(this.endingOf(this.own.ending));
      this.waiting = resolve;
      if (line !== undefined) this.own.input.write(line);
    });
  }

  /** Ends the process whatever it does, and waits until it is gone. */
  kill(): Promise<void> {
    return this.own.kill();
  }

  private endingOf(ending: ProcessEnding): Ending {
    return { ...ending, saidTooMuch: this.excessive };
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
