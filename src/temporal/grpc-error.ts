import { isGrpcServiceError } from '@temporalio/client';

/** The codes of gRPC (google.rpc.Code) that mean something here. */
export const grpcCodes = {
  cancelled: 1,
  invalid: 3,
  deadline: 4,
  notFound: 5,
  denied: 7,
  exhausted: 8,
  precondition: 9,
  aborted: 10,
  unimplemented: 12,
  unavailable: 14,
  unauthenticated: 16,
};

/** What a server said when it refused a call. */
export interface GrpcError {
  readonly code: number;
  readonly details: string;
}

/** Finds the server's refusal in an error or what caused it; undefined: there is none. */
export function grpcError(error: unknown): GrpcError | undefined {
  for (let each: unknown = error; each instanceof Error; each = each.cause) if (isGrpcServiceError(each)) return each;
  return undefined;
}

/** Makes a handler of a rejected call that answers undefined where the server's code is this one, and throws all else. */
export function whereGrpcCode(code: number): (error: unknown) => undefined {
  return (error) => {
    if (grpcError(error)?.code !== code) throw error;
  };
}

/**
 * Tells whether an answer came that a client of protobuf does not take apart: it has messages a hundred levels within each other.
 * Whoever may start a workflow may start it with such a failure of an earlier run, which is in its history then.
 */
export function isUnreadableAnswer(error: unknown): boolean {
  for (let each: unknown = error; each instanceof Error; each = each.cause)
    if (each.message === 'max depth exceeded' || each.message.startsWith('failed to decode Protobuf message'))
      return true;
  return false;
}
