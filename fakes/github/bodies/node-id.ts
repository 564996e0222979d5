/** Writes an id for GraphQL: opaque to clients; `idOfNode` reads it back. */
export function nodeId(kind: string, id: number): string {
  return `${kind}_${Buffer.from(String(id)).toString('base64url')}`;
}

/** Reads an id of `nodeId`; undefined for what is none of this kind. */
export function idOfNode(kind: string, node: string): number | undefined {
  if (!node.startsWith(`${kind}_`)) return undefined;
  const id = Number(Buffer.from(node.slice(kind.length + 1), 'base64url').toString());
  return Number.isSafeInteger(id) ? id : undefined;
}
