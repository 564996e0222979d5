import { InterceptingCall, type Interceptor, Metadata, status } from '@grpc/grpc-js';

type BareCall = ReturnType<Parameters<Interceptor>[1]>;

/** What ends the calls of a connection that is closed. */
export interface Closing {
  /** Stands behind the SDK's retries, so that each attempt passes it. */
  readonly interceptor: Interceptor;
  /** From now on every attempt ends as cancelled. */
  close(): void;
}

/**
 * Makes what must be told before a connection of the SDK is closed. A call that waits for its next attempt at that moment
 * would throw out of a timer, where nobody can catch it, and end the process.
 */
export function createClosing(): Closing {
  let isClosed = false;
  return {
    interceptor: (options, nextCall) => new InterceptingCall(isClosed ? cancelledCall : nextCall(options)),
    close: () => {
      isClosed = true;
    },
  };
}

const nothing = () => undefined;

const cancelledCall: BareCall = {
  start: (_, listener) => {
    const details = 'the connection is closed';
    listener?.onReceiveStatus?.({ code: status.CANCELLED, details, metadata: new Metadata() });
  },
  cancelWithStatus: nothing,
  getPeer: () => 'closed',
  sendMessageWithContext: nothing,
  sendMessage: nothing,
  startRead: nothing,
  halfClose: nothing,
  getAuthContext: () => null,
};
