import { createHash } from 'node:crypto';
import { version } from '../../version.ts';

/**
 * Names the build of a worker: its release, with a digest of its workflows. Two builds with the same id replay alike, so
 * that each may take over what the other began.
 */
export function buildIdOf({ code }: { readonly code: string }): string {
  return `${version}-${bundleDigest(code)}`;
}

/** Answers a digest of a workflow bundle, of twelve digits. */
export function bundleDigest(code: string): string {
  return createHash('sha256').update(code).digest('hex').slice(0, 12);
}

/** Lists those ids of patches that a workflow bundle does not have. */
export function unknownPatches({ code }: { readonly code: string }, ids: readonly string[]): readonly string[] {
  return ids.filter((id) => !["'", '"', '`'].some((quote) => code.includes(`${quote}${id}${quote}`)));
}
