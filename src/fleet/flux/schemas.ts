import { z } from 'zod';
import { isObject } from '../../shape.ts';
import { listOf, textsByName } from '../../text/json-lists.ts';
import { readPart } from '../words.ts';

/**
 * The name of an object or a namespace, which no API server takes when it is longer. Some ask for objects by the names of all
 * Kustomizations: a cluster that sends a hundred megabytes of names would be asked for these.
 */
export const objectName = z.string().min(1).max(253);

/** What a server is asked for the next page of a list by; it has some hundred bytes. */
export const nextPage = z.object({ continue: z.string().max(16_384).nullish() });

/** The parts of any object's metadata that are read. */
export const metadata = z.object({
  name: objectName,
  namespace: objectName,
  generation: z.number().int().nonnegative().optional().default(0),
  deletionTimestamp: z.string().nullish(),
  annotations: textsByName().nullish(),
});

const condition = z.object({
  type: z.string(),
  status: z.enum(['True', 'False', 'Unknown']),
  reason: z.string().optional().default(''),
  message: z.string().optional().default('').transform(readPart),
  lastTransitionTime: z.iso.datetime({ offset: true }).nullish(),
  observedGeneration: z.number().int().nullish(),
});

/** The conditions of a Flux object. */
export const conditions = listOf(condition).nullish();

/** The parts of a Flux GitRepository that are read; everything else is passed over. */
export const gitRepositorySchema = z.object({
  metadata,
  spec: z.object({
    url: z.string(),
    ref: z
      .object({
        branch: z.string().nullish(),
        tag: z.string().nullish(),
        semver: z.string().nullish(),
        name: z.string().nullish(),
        commit: z.string().nullish(),
      })
      .nullish(),
    suspend: z.boolean().nullish(),
  }),
  status: z.object({ conditions }).nullish(),
});

const snapshot = z.object({
  lastReconciledStatus: z.string(),
  totalReconciliations: z.number().int(),
  firstReconciled: z.iso.datetime({ offset: true }),
  lastReconciled: z.iso.datetime({ offset: true }),
  lastReconciledDuration: z.string(),
  metadata: z.object({ revision: z.string().nullish(), originRevision: z.string().nullish() }).nullish(),
});

type InventoryEntries = readonly { readonly id: string }[];

/** Checks up to its first fault: an inventory has thousands of entries, and of a wrong one no more needs to be said. */
function isInventory(entries: unknown): boolean {
  return Array.isArray(entries) && entries.every((each) => isObject(each) && typeof each.id === 'string');
}

/** The parts of a Flux Kustomization that are read; everything else is passed over. */
export const kustomizationSchema = z.object({
  metadata,
  spec: z.object({
    path: z.string().nullish(),
    suspend: z.boolean().nullish(),
    wait: z.boolean().nullish(),
    interval: z.string().nullish(),
    retryInterval: z.string().nullish(),
    healthChecks: listOf(
      z.object({
        apiVersion: z.string().nullish(),
        kind: z.string(),
        name: z.string(),
        namespace: z.string().nullish(),
      }),
    ).nullish(),
    healthCheckExprs: listOf(z.object({ apiVersion: z.string(), kind: z.string() })).nullish(),
    kubeConfig: z.unknown().optional(),
    targetNamespace: z.string().nullish(),
    namePrefix: z.string().nullish(),
    nameSuffix: z.string().nullish(),
    patches: z.array(z.unknown()).nullish(),
    images: z.array(z.unknown()).nullish(),
    components: z.array(z.unknown()).nullish(),
    sourceRef: z.object({ kind: z.string(), name: z.string(), namespace: z.string().nullish() }),
  }),
  status: z
    .object({
      observedGeneration: z.number().int().nullish(),
      lastAppliedRevision: z.string().nullish(),
      lastAppliedOriginRevision: z.string().nullish(),
      lastAttemptedRevision: z.string().nullish(),
      lastHandledReconcileAt: z.string().nullish(),
      conditions,
      inventory: z.object({ entries: z.custom<InventoryEntries>(isInventory).nullish() }).nullish(),
      history: listOf(snapshot).nullish(),
    })
    .nullish(),
});

export type GitRepositoryObject = z.infer<typeof gitRepositorySchema>;
export type KustomizationObject = z.infer<typeof kustomizationSchema>;
export type ConditionObject = z.infer<typeof condition>;
export type SnapshotObject = z.infer<typeof snapshot>;
