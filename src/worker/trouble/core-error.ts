import { type GrpcError, grpcCodes } from '../../temporal/grpc-error.ts';

/** How the SDK's core writes the codes of gRPC for which a person is needed. */
const codeWords: readonly (readonly [RegExp, number])[] = [
  [/valid authentication credentials|\bUnauthenticated\b/, grpcCodes.unauthenticated],
  [/does not have permission to execute|\bPermissionDenied\b/, grpcCodes.denied],
];

/**
 * Finds in an error of the SDK's core that Temporal refused a call because of who calls; undefined: it does not say so. The core
 * hands on its words alone: `code: 'The request does not have valid authentication credentials', message: "…"`.
 */
export function coreRefusal(error: unknown): GrpcError | undefined {
  const words = error instanceof Error ? error.message : String(error);
  const [, code] = codeWords.find(([pattern]) => pattern.test(words)) ?? [];
  if (code === undefined) return undefined;
  const [, details = ''] = /message: "((?:[^"\\]|\\.)*)"/.exec(words) ?? [];
  return { code, details: details.replace(/\\(.)/g, '$1') };
}
