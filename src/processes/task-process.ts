import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { limits } from '../platform/limits.ts';
import type { EntryModule } from '../programs/entry-module.ts';
import { onFrames } from './frame-stream.ts';
import { encodeFrame } from './frames.ts';
import type { FromProcess, ToProcess } from './messages.ts';
import { OwnProcess, ownDescriptor, type ProcessEnding } from './own-process.ts';

/** Hears what a process says while it has a task, and how it ends. */
export type TaskListener = (said: FromProcess | { readonly kind: 'ended'; readonly ending: ProcessEnding }) => void;

/** The end of a process whose answer was larger than any may be. */
export const saidTooMuch = 'it says too much';

/** A process of Node that does one task at a time. It keeps this process only while it has one. */
export class TaskProcess {
  private readonly own: OwnProcess;
  private listener: TaskListener | undefined;
  private excess: string | undefined;

  /** Starts a process that begins with this module. */
  constructor({ url, execArgv }: EntryModule, memoryMiB: number) {
    const args = [...execArgv, `--max-old-space-size=${memoryMiB}`, fileURLToPath(url)];
    this.own = new OwnProcess({ ...withoutCore(process.execPath, args), way: ownDescriptor }, (ending) =>
      this.listener?.({ kind: 'ended', ending: { ...ending, description: this.excess ?? ending.description } }),
    );
    onFrames(this.own.output, {
      onMessage: (message) => this.listener?.(message as FromProcess),
      longest: limits.taskAnswerBytes,
      onExcess: () => {
        this.excess = saidTooMuch;
        void this.kill();
      },
    });
    this.own.keepThisProcess(false);
  }

  get isUsable(): boolean {
    return this.own.isUsable;
  }

  /** Has somebody listen until `stopListening`. */
  listen(listener: TaskListener): void {
    this.listener = listener;
    this.own.keepThisProcess(true);
  }

  stopListening(): void {
    this.listener = undefined;
    this.own.keepThisProcess(false);
  }

  /** Tells the process something. Throws where that holds more than plain data and bytes. */
  tell(message: ToProcess): void {
    const { input } = this.own;
    const parts = encodeFrame(message);
    input.cork();
    for (const part of parts) input.write(part);
    input.uncork();
  }

  /** Ends the process whatever it does, and waits until it is gone. */
  kill(): Promise<void> {
    return this.own.kill();
  }
}

const shell = '/bin/sh';

/**
 * Has a program leave no core file, where there is a shell. Node ends by an abort when its memory is used up, as often as somebody
 * commits what uses it up; each core would take the place of all that memory on a disk.
 */
function withoutCore(program: string, args: readonly string[]): { program: string; args: readonly string[] } {
  if (process.platform === 'win32' || !existsSync(shell)) return { program, args };
  return { program: shell, args: ['-c', 'ulimit -c 0; exec "$0" "$@"', program, ...args] };
}
