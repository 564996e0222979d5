/** Tells whether a file has the name that Fairlead gives its kustomizations. */
export function isOwnKustomization(path: string): boolean {
  return /(^|\/)kustomization\.yaml$/.test(path);
}

/** Writes a kustomization that lists these entries, sorted and each once. All that Fairlead writes have this form. */
export function kustomizationText(resources: readonly string[]): string {
  if (resources.length === 0) return nothing;
  const lines = [...new Set(resources)].sort().map((entry) => `- ${yamlScalar(entry)}\n`);
  return `${begin}${lines.join('')}`;
}

const head = 'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n';
const begin = `${head}resources:\n`;

/**
 * The kustomization that lists nothing. Flux writes each one anew before it builds it, and leaves empty fields out; older
 * ones then call it empty, which is an error. A field that changes nothing keeps it from that.
 */
const nothing = `${head}# Nothing is applied here any more.\nresources: []\nbuildMetadata: [originAnnotations]\n`;

/** Reads the entries of a kustomization that is written as `kustomizationText` writes it; undefined: it is not. */
export function printedEntries(text: string): readonly string[] | undefined {
  if (text === nothing) return [];
  if (!text.startsWith(begin) || !text.endsWith('\n')) return undefined;
  const entries: string[] = [];
  for (const line of text.slice(begin.length).split('\n').slice(0, -1)) {
    const entry = line.startsWith('- ') ? entryIn(line.slice('- '.length)) : undefined;
    if (entry === undefined || yamlScalar(entry) !== line.slice('- '.length)) return undefined;
    entries.push(entry);
  }
  return entries;
}

function entryIn(scalar: string): string | undefined {
  if (!scalar.startsWith('"')) return scalar;
  try {
    return String(JSON.parse(scalar));
  } catch {
    // It is written in another way.
    return undefined;
  }
}

/** Writes an entry in quotes, unless every YAML parser reads it without them as this text. */
function yamlScalar(entry: string): string {
  const safe = /^[A-Za-z_./][A-Za-z0-9_./-]*$/.test(entry);
  const word = /^(true|false|yes|no|on|off|null|y|n|~|\.inf|\.nan)$/i.test(entry);
  return safe && !word ? entry : JSON.stringify(entry);
}
