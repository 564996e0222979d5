import { type ChildProcess, spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import type { Readable } from 'node:stream';

/** The length of stderr that is kept: enough for the stacks that Go and V8 print after the line that says what was fatal. */
const stderrCharacters = 65_536;

/** The end of a process in words, with the last that it said on stderr. */
export interface ProcessEnding {
  readonly description: string;
  readonly stderr: string;
}

/** How it is talked with: by its standard streams, or by a pipe with this descriptor, which nothing else in it writes to. */
export type TalkWay = 'standard' | typeof ownDescriptor;

/** The descriptor of a pipe of its own. */
export const ownDescriptor = 3;

/** The program of a child process, and how it is talked with. */
export interface OwnProgram {
  readonly program: string;
  readonly args: readonly string[];
  readonly way: TalkWay;
}

/** A child process of ours that does what others have written: it gets no environment, and may be ended at any moment. */
export class OwnProcess {
  readonly input: Socket;
  readonly output: Socket;
  private readonly child: ChildProcess;
  private readonly gone: Promise<void>;
  private isKilled = false;
  private end: ProcessEnding | undefined;

  /**
   * Starts the program; `onEnd` is called once, when it has ended or could not be started. Throws where this process may open no
   * further pipe.
   */
  constructor({ program, args, way }: OwnProgram, onEnd: (ending: ProcessEnding) => void) {
    // What it does must not depend on where it runs, and what it is given by others must not be able to read an environment.
    const stdio = way === 'standard' ? standard : withOwn;
    this.child = spawn(program, args, { env: {}, cwd: tmpdir(), stdio: [...stdio] });
    if (!hasPipes(this.child)) throw withoutPipes(this.child);
    const [input, output] = way === 'standard' ? [0, 1] : [way, way];
    // Pipes are sockets, whatever their type says.
    [this.input, this.output] = [this.child.stdio[input] as Socket, this.child.stdio[output] as Socket];
    const tail = keepTail(this.child.stderr as Readable);
    // A process that has ended closes its input. Its ending says why.
    this.input.on('error', () => undefined);
    this.gone = new Promise((resolve) => {
      const noteEnd = (description: string): void => {
        if (this.end !== undefined) return;
        this.end = { description, stderr: tail() };
        onEnd(this.end);
        resolve();
      };
      this.child.on('error', (error) => noteEnd(error.message));
      this.child.on('close', (code, signal) => noteEnd(signal ? `ended by ${signal}` : `exit code ${code}`));
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** Has this process wait for it, or not. */
  keepThisProcess(isWanted: boolean): void {
    for (const each of [this.child, this.input, this.output, this.child.stderr as Socket])
      if (isWanted) each.ref();
      else each.unref();
  }

  /** Tells whether the process can be given more to do. */
  get isUsable(): boolean {
    return !this.isKilled && this.end === undefined;
  }

  /** How the process has ended; undefined: it has not. */
  get ending(): ProcessEnding | undefined {
    return this.end;
  }

  /** Ends the process whatever it does, and waits until it is gone. */
  async kill(): Promise<void> {
    this.isKilled = true;
    this.child.kill('SIGKILL');
    await this.gone;
  }
}

/** Node makes none where there are no descriptors for them, whatever its types say. */
function hasPipes(child: { readonly stdio?: unknown }): boolean {
  return child.stdio !== undefined;
}

/** Makes the error of a process without pipes. Node tells the same a moment later, when nobody would hear it. */
function withoutPipes(child: ChildProcess): Error {
  child.on('error', () => undefined);
  return Object.assign(new Error('spawn EMFILE: no descriptors are left for its pipes'), { code: 'EMFILE' });
}

const standard = ['pipe', 'pipe', 'pipe'] as const;
const withOwn = ['ignore', 'ignore', 'pipe', 'pipe'] as const;

/** Keeps the end of what a stream says. The function that it gives answers what is kept. */
function keepTail(stream: Readable): () => string {
  let tail = '';
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    tail = (tail + chunk).slice(-stderrCharacters);
  });
  return () => tail.trim();
}
