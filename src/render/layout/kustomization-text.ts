/** A kustomization that lists these entries, sorted and each once; the form of all that Fairlead writes. */
export function kustomizationText(resources: readonly string[]): string {
  const lines = [...new Set(resources)].sort().map((entry) => `- ${plain(entry)}\n`);
  return `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n${lines.join('')}`;
}

/** Plain where no YAML parser could read it as anything but this text; foreign entries may need quotes. */
function plain(entry: string): string {
  const safe = /^[A-Za-z_./][A-Za-z0-9_./-]*$/.test(entry);
  const word = /^(true|false|yes|no|on|off|null|y|n|~|\.inf|\.nan)$/i.test(entry);
  return safe && !word ? entry : JSON.stringify(entry);
}
