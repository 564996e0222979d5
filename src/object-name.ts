/** Names an object for people: `Deployment shop/web`, or `Namespace shop` where it is in no namespace. */
export function objectName(object: {
  readonly kind: string;
  readonly namespace?: string | undefined;
  readonly name: string;
}): string {
  const { kind, namespace = '', name } = object;
  return `${kind} ${namespace === '' ? '' : `${namespace}/`}${name}`;
}

/** Answers the API group in an `apiVersion`: `apps` of `apps/v1`; '' is the core. */
export function apiGroup(apiVersion: string): string {
  return apiVersion.includes('/') ? apiVersion.slice(0, apiVersion.indexOf('/')) : '';
}
