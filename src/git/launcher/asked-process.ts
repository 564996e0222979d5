import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

type Numbered<T> = T & { readonly id: number };

/** A child process that answers each question with a message of the same `id`. It keeps this process only while it is asked. */
export class AskedProcess<Question extends object, Answer extends object> {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  #last = 0;

  /** Starts the module of this URL; it ends when it is disconnected, as it is when this process ends. */
  constructor(entry: URL, args: readonly string[] = [], options: ForkOptions = {}) {
    const name = fileURLToPath(entry);
    this.#child = fork(name, args, options);
    this.#child.on('message', (answer: Numbered<Answer>) => this.#settle(answer.id)?.resolve(answer));
    const gone = (how: string) => {
      for (const id of [...this.#waiting.keys()]) this.#settle(id)?.reject(new Error(`${name} ${how}`));
    };
    this.#child.on('error', ({ message }) => gone(`cannot be asked: ${message}`));
    this.#child.on('exit', (code, signal) => gone(`has ended with ${code ?? signal}`));
    this.#child.unref();
    this.#child.channel?.unref();
  }

  /** False when whoever asks would get no answer. */
  get isThere(): boolean {
    return this.#child.connected;
  }

  /** Rejects where the process has ended, or ends before it answers. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (!this.isThere) return reject(new Error(`${this.#child.spawnargs[1]} has ended`));
      this.#last += 1;
      if (this.#waiting.size === 0) this.#child.channel?.ref();
      this.#waiting.set(this.#last, { resolve, reject });
      this.#child.send({ ...question, id: this.#last });
    });
  }

  /** Tells the process what needs no answer; one that has ended need not hear it. */
  tell(message: object): void {
    if (this.isThere) this.#child.send(message);
  }

  /** Ends the process; who asks afterwards, or still waits, gets an error. */
  close(): void {
    if (this.isThere) this.#child.disconnect();
  }

  #settle(id: number) {
    const waiting = this.#waiting.get(id);
    if (this.#waiting.delete(id) && this.#waiting.size === 0) this.#child.channel?.unref();
    return waiting;
  }
}
