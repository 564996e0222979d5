import { defineSignal, setHandler } from '@temporalio/workflow';

/** Who keeps why a signal could not be obeyed, for people to see. */
export interface Refusing {
  refuse(action: string, reason: string): void;
}

/**
 * Registers a signal that our own workflows send. Anybody may send it from the Temporal UI: what is no such message is
 * refused, and changes nothing.
 */
export function onMessage<T>(
  who: Refusing,
  name: string,
  isMessage: (payload: unknown) => payload is T,
  take: (message: T) => void | Promise<void>,
): void {
  setHandler(defineSignal<[unknown]>(name), (payload) => {
    if (isMessage(payload)) return take(payload);
    who.refuse(name, 'this is no message of a workflow of Fairlead; people send approve, hold and the like');
  });
}
