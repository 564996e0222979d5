import { setTimeout as pause } from 'node:timers/promises';
import type { KubeClient } from '../kubernetes/client.ts';
import type { KubeObject } from '../kubernetes/objects.ts';
import type { ArtifactServer } from './artifact-server.ts';
import type { Remote } from './remote.ts';

/** What a stand-in for a controller of Flux works with. */
export interface SourceControllerOptions {
  readonly client: KubeClient;
  readonly remote: Remote;
  readonly artifacts: ArtifactServer;
}

const pollMs = 250;

/**
 * Looks at all objects of a kind again and again, as a controller does. Whatever goes wrong is tried again at the next
 * turn. Answers how to end it.
 */
export function control(
  client: KubeClient,
  kind: { readonly apiVersion: string; readonly kind: string },
  lookAt: (object: KubeObject) => Promise<void>,
): () => Promise<void> {
  let stopped = false;
  const loop = async () => {
    for (; !stopped; await pause(pollMs)) {
      const all = await client.list(kind).catch(() => []);
      // A list does not say of its items what they are.
      await Promise.allSettled(all.map((each) => lookAt({ ...each, ...kind })));
    }
  };
  const ended = loop();
  return async () => {
    stopped = true;
    await ended;
  };
}

/** The condition `Ready` of an object in its present generation. */
export function conditions(
  { metadata }: KubeObject,
  [type, status]: readonly [string, string],
  [reason, message]: readonly [string, string],
) {
  const lastTransitionTime = new Date().toISOString();
  return [{ type, status, reason, message, lastTransitionTime, observedGeneration: metadata.generation }];
}

/** The annotation by which a scene lets a stand-in notice something new late, in seconds. */
export const lateSeconds = 'flux-rig/late-seconds';

/** Remembers since when something new is there, and tells when it has been there for as long as the object is late. */
export function createLateness(): (object: KubeObject, what: string) => boolean {
  const seen = new Map<string, { readonly what: string; readonly at: number }>();
  return ({ metadata }, what) => {
    const key = `${metadata.namespace}/${metadata.name}`;
    const before = seen.get(key);
    const since = before?.what === what ? before.at : Date.now();
    seen.set(key, { what, at: since });
    return Date.now() - since >= Number(metadata.annotations?.[lateSeconds] ?? 0) * 1000;
  };
}
