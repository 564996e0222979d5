import { defineSignal, setHandler } from '@temporalio/workflow';

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

/**
 * Registers a signal that our own workflows send. Anybody may send it from the Temporal UI: what is no such message is
 * refused, and changes nothing.
 */
export function onMessage<T>(
  who: Refusing,
  { name, isMessage }: MessageKind<T>,
  handle: (message: T) => void | Promise<void>,
): void {
  setHandler(defineSignal<[unknown]>(name), (payload) => {
    who.countSignal?.();
    if (isMessage(payload)) return handle(payload);
    who.addRefusal(name, 'this is no message of a workflow of Fairlead; people send approve, hold and the like');
  });
}
