import { z } from 'zod';
import { listOf, textsByName } from '../../../text/json-lists.ts';
import { conditions, metadata } from '../schemas.ts';

/** The parts of a Flux OCIRepository that are read; everything else is passed over. */
export const ociRepositorySchema = z.object({
  metadata,
  spec: z.object({ url: z.string(), suspend: z.boolean().nullish() }),
  status: z
    .object({
      observedGeneration: z.number().int().nullish(),
      conditions,
      artifact: z.object({ revision: z.string(), metadata: textsByName().nullish() }).nullish(),
    })
    .nullish(),
});

const reference = z.object({ kind: z.string(), name: z.string(), namespace: z.string().nullish() });

/** The parts of a Flux HelmChart that are read; everything else is passed over. */
export const helmChartSchema = z.object({
  metadata,
  spec: z.object({
    sourceRef: reference.omit({ namespace: true }),
    reconcileStrategy: z.string().nullish(),
    suspend: z.boolean().nullish(),
  }),
  status: z
    .object({
      observedGeneration: z.number().int().nullish(),
      observedSourceArtifactRevision: z.string().nullish(),
      conditions,
      artifact: z.object({ revision: z.string() }).nullish(),
    })
    .nullish(),
});

const release = z.object({ disableWait: z.boolean().nullish() }).nullish();

/** The parts of a Flux HelmRelease that are read; everything else is passed over. */
export const helmReleaseSchema = z.object({
  metadata,
  spec: z.object({
    suspend: z.boolean().nullish(),
    chart: z.object({ spec: z.object({ sourceRef: reference }) }).nullish(),
    chartRef: reference.nullish(),
    install: release,
    upgrade: release,
    healthCheckExprs: listOf(z.object({ apiVersion: z.string(), kind: z.string() })).nullish(),
  }),
  status: z
    .object({
      observedGeneration: z.number().int().nullish(),
      conditions,
      failures: z.number().int().nullish(),
      lastAttemptedReleaseAction: z.string().nullish(),
      lastAttemptedRevision: z.string().nullish(),
      lastAttemptedRevisionDigest: z.string().nullish(),
    })
    .nullish(),
});

export type OciRepositoryObject = z.infer<typeof ociRepositorySchema>;
export type HelmChartObject = z.infer<typeof helmChartSchema>;
export type HelmReleaseObject = z.infer<typeof helmReleaseSchema>;
