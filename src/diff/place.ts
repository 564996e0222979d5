/** Names the field of a map below a place: `spec.replicas`, `metadata.annotations["acme.example/owner"]`. */
export function fieldPlace(place: string, key: string): string {
  if (!/^[A-Za-z_][\w-]*$/.test(key)) return `${place}[${JSON.stringify(key)}]`;
  return place === '' ? key : `${place}.${key}`;
}

/** Names the item of a list by its key: `containers[shop]`. What could be taken for an index is in quotes. */
export function itemPlace(place: string, key: string): string {
  return /^[A-Za-z_./-][\w./:-]*$|^\d+\/[A-Z]+$/.test(key) ? `${place}[${key}]` : `${place}[${JSON.stringify(key)}]`;
}

/** Names the item of a list by its index, from 0: `args[2]`. */
export function indexPlace(place: string, index: number): string {
  return `${place}[${index}]`;
}
