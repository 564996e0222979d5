import { type ChildProcess, type ForkOptions, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

type Numbered<T> = T & { readonly id: number };

/** A child process that answers each question with a message of the same `id`. */
export class AskedProcess<Question extends object, Answer extends object> {
  readonly #file: string;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  #last = 0;

  constructor(file: URL, args: readonly string[] = [], options: ForkOptions = {}) {
    this.#file = fileURLToPath(file);
    this.#child = fork(this.#file, args, options);
    this.#child.on('message', (answer: Numbered<Answer>) => {
      const waiting = this.#waiting.get(answer.id);
      this.#waiting.delete(answer.id);
      waiting?.resolve(answer);
    });
    this.#child.on('exit', () => this.#gone());
  }

  /** Rejects where the process has ended, or ends before it answers. */
  ask(question: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#last += 1;
      this.#waiting.set(this.#last, { resolve, reject });
      if (this.#child.connected) this.#child.send({ ...question, id: this.#last });
      else this.#gone();
    });
  }

  /** Tells the process what needs no answer; one that has ended need not hear it. */
  tell(message: object): void {
    if (this.#child.connected) this.#child.send(message);
  }

  /** Ends the process; who asks afterwards, or still waits, gets an error. */
  close(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #gone(): void {
    const how = `${this.#file} has ended with ${this.#child.exitCode ?? this.#child.signalCode}`;
    for (const { reject } of this.#waiting.values()) reject(new Error(how));
    this.#waiting.clear();
  }
}
