import * as v from 'valibot';
import { type Document, parseAllDocuments } from 'yaml';
import type { FolderKustomization } from '../../fleet/coverage/reach.ts';
import { limits } from '../../platform/limits.ts';
import { isNestedTooDeep } from '../../platform/yaml-depth.ts';
import { contentFault } from '../../platform/yaml-file.ts';
import { printedEntries } from '../../render/layout/kustomization-text.ts';

const kustomizationSchema = v.looseObject({
  resources: v.nullish(v.array(v.unknown())),
  bases: v.nullish(v.array(v.unknown())),
  components: v.nullish(v.array(v.unknown())),
});

/** The fields of a kustomization that leave what it lists as it is, apart from labels and annotations. */
const harmless: ReadonlySet<string> = new Set([
  ...['apiVersion', 'kind', 'metadata', 'resources', 'bases', 'openapi', 'crds', 'buildMetadata', 'sortOptions'],
  ...['configurations', 'generatorOptions', 'labels', 'commonLabels', 'commonAnnotations'],
]);

const nothing: FolderKustomization = { entries: [], alters: [] };

/** What kustomizations list, by content: contents are remembered by the mirror. */
const knownKustomizations = new WeakMap<Buffer, FolderKustomization>();
/** What of one commit's kustomizations is given to the YAML parser at most, in bytes: those of Fairlead need none. */
const mostParsed = limits.kustomizationBytes;

/**
 * Makes a function that reads what kustomizations list. One that is no YAML, or too large to be one, leads nowhere: Flux says what is
 * wrong with it. So do those behind more than people write.
 */
export function createKustomizationReading(): (content: Buffer | undefined) => FolderKustomization {
  let left = mostParsed;
  return (content) => {
    if (content === undefined || content.length > limits.kustomizationBytes) return nothing;
    const before = knownKustomizations.get(content);
    if (before !== undefined) return before;
    const text = content.toString('utf8');
    const printed = printedEntries(text);
    if (printed === undefined && content.length > left) return nothing;
    if (printed === undefined) left -= content.length;
    const read = printed === undefined ? parsedKustomization(text) : { entries: printed, alters: [] };
    knownKustomizations.set(content, read);
    return read;
  };
}

function parsedKustomization(text: string): FolderKustomization {
  if (isNestedTooDeep(text)) return nothing;
  const [document] = parseAllDocuments(text, { logLevel: 'silent', uniqueKeys: false, prettyErrors: false });
  if (document === undefined || document.errors.length > 0) return nothing;
  const kustomization = v.safeParse(kustomizationSchema, contentOf(document));
  if (!kustomization.success) return nothing;
  const { resources, bases, components } = kustomization.output;
  const entries = [resources, bases, components].flatMap((list) => list ?? []);
  return {
    entries: entries.filter((entry) => typeof entry === 'string'),
    alters: Object.entries(kustomization.output).flatMap(([field, value]) =>
      harmless.has(field) || isEmpty(value) ? [] : [field],
    ),
  };
}

/** Answers what a document says; undefined: it has aliases, or a merge key that takes none of what it is given. */
function contentOf(document: Document): unknown {
  try {
    return document.toJS({ maxAliasCount: 0 });
  } catch (error) {
    contentFault(error);
    return undefined;
  }
}

function isEmpty(value: unknown): boolean {
  return value === null || value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
}
