import { boundedLine } from '../../words.ts';
import type { GitRepositoryObject } from '../schemas.ts';

/** A source of any kind, as far as its trouble goes. */
interface TroubledSource extends Pick<GitRepositoryObject, 'metadata' | 'status'> {
  readonly spec: Pick<GitRepositoryObject['spec'], 'suspend'>;
}

/** What was said of each source: thousands of Kustomizations may name one, of which a cluster may send megabytes. */
const troubles = new WeakMap<TroubledSource, { readonly trouble: string | undefined }>();

/** Says what keeps a source from bringing something new, in one clause; undefined: nothing. */
export function sourceTroubleOf(kind: string, source: TroubledSource): string | undefined {
  const known = troubles.get(source) ?? { trouble: troubleOf(kind, source) };
  troubles.set(source, known);
  return known.trouble;
}

function troubleOf(kind: string, { metadata, spec, status }: TroubledSource): string | undefined {
  const name = `${kind} ${metadata.namespace}/${metadata.name}`;
  if (spec.suspend) {
    const why = suspensionOf(metadata.annotations ?? {});
    return `${name} is suspended${why === undefined ? '' : ` (${why})`}`;
  }
  const ready = status?.conditions?.find((each) => each.type === 'Ready');
  return ready?.status === 'False' ? boundedLine(`${name} is not ready: ${ready.reason}: ${ready.message}`) : undefined;
}

/**
 * Answers who suspended an object and why, where an annotation says so. Flux has none for that; tools write
 * `…/suspended-by` or `…/suspendedBy`, and `…/suspended-comment`, `-reason` or `-message`.
 */
export function suspensionOf(annotations: Readonly<Record<string, string>>): string | undefined {
  let [by, why]: (string | undefined)[] = [];
  for (const name in annotations) {
    if (!/\/suspend/i.test(name)) continue;
    const value = annotations[name] || undefined;
    if (/\/suspend(?:ed)?-?by$/i.test(name)) by ??= value;
    if (/\/suspend(?:ed|sion)?-?(?:comment|reason|message)$/i.test(name)) why ??= value;
  }
  const parts = [by === undefined ? undefined : `by ${by}`, why].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : boundedLine(parts.join(': '));
}
