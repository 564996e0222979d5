import { defineSignal, setDefaultSignalHandler, setHandler } from '@temporalio/workflow';
import { cut } from '../../cut.ts';
import { payloadFault } from '../../text/message-text.ts';

/** A workflow that shows people why a signal could not be carried out. */
export interface Refusing {
  addRefusal(action: string, reason: string): void;
  /** Hears of every signal, where somebody counts them. */
  countSignal?(): void;
}

/** A signal that our own workflows send, and the test that tells its payload from any other. */
export interface MessageKind<T> {
  readonly name: string;
  readonly isMessage: (payload: unknown) => payload is T;
}

type Handler = (payload: unknown) => void | Promise<void>;

/**
 * The signals of a workflow. What came before its first task waits until `open` is called, and is then handled in the
 * order in which it came: a `hold` after a `resume` holds. Handlers that are registered one by one would get theirs in
 * the order of the handlers.
 */
export class Signals {
  private readonly who: Refusing;
  private readonly handlers = new Map<string, Handler>();

  constructor(who: Refusing) {
    this.who = who;
  }

  /** Names the handler of a signal, which checks the payload itself. */
  on(name: string, handle: Handler): void {
    this.handlers.set(name, handle);
  }

  /**
   * Names the handler of a signal that our own workflows send. Anybody may send it from the Temporal UI: what is no such
   * message is refused, and changes nothing.
   */
  onMessage<T>({ name, isMessage }: MessageKind<T>, handle: (message: T) => void | Promise<void>): void {
    this.on(name, (payload) => {
      if (isMessage(payload)) return handle(payload);
      this.who.addRefusal(name, 'this is no message of a workflow of Fairlead; people send approve, hold and the like');
    });
  }

  /** Begins to handle signals. One that nobody knows is refused; Temporal would keep it for ever. */
  open(): void {
    setDefaultSignalHandler((name, payload) => this.handle(name, payload));
    // The Temporal UI offers the signals that have a handler of their own.
    for (const name of this.handlers.keys())
      setHandler(defineSignal<[unknown]>(name), (payload) => this.handle(name, payload));
  }

  private handle(name: string, payload: unknown): void | Promise<void> {
    this.who.countSignal?.();
    const handler = this.handlers.get(name);
    const fault = payloadFault(payload);
    if (handler && fault !== undefined) return this.who.addRefusal(name, `the payload cannot be read: ${fault}`);
    if (handler) return handler(payload);
    const known = [...this.handlers.keys()].join(', ');
    this.who.addRefusal('signal', `there is no signal ${JSON.stringify(cut(name, 60))}, only ${known}`);
  }
}
