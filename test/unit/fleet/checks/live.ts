import type { LiveObject } from '../../../../src/fleet/verify/live-object.ts';

/** An object of the namespace `tests`, called `smoke`, as a cluster has it. */
export function live(
  type: `${string} ${string}`,
  content: { readonly spec?: object; readonly status?: object } = {},
  metadata: Partial<LiveObject['metadata']> = {},
): LiveObject {
  const [apiVersion = '', kind = ''] = type.split(' ');
  return { apiVersion, kind, metadata: { name: 'smoke', namespace: 'tests', generation: 1, ...metadata }, ...content };
}

/** The status of an object with one condition. */
export function condition(type: string, status = 'True', reason = 'Because') {
  return { conditions: [{ type, status, reason, message: 'so it is' }] };
}
