/** Writes a kustomization that lists these entries, sorted and each once. All that Fairlead writes have this form. */
export function kustomizationText(resources: readonly string[]): string {
  const lines = [...new Set(resources)].sort().map((entry) => `- ${yamlScalar(entry)}\n`);
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${lines.join('')}`;
}

/** Writes an entry in quotes, unless every YAML parser reads it without them as this text. */
function yamlScalar(entry: string): string {
  const safe = /^[A-Za-z_./][A-Za-z0-9_./-]*$/.test(entry);
  const word = /^(true|false|yes|no|on|off|null|y|n|~|\.inf|\.nan)$/i.test(entry);
  return safe && !word ? entry : JSON.stringify(entry);
}
