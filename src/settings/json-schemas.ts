import { z } from 'zod';
import { environmentSchema } from '../platform/environment.ts';
import { platformSchema } from '../platform/platform.ts';
import { workerSchema } from './worker-schema.ts';

const schemas = { platform: platformSchema, environment: environmentSchema, worker: workerSchema } as const;

/**
 * Generates the published JSON Schemas, by file name, from the schemas that Fairlead itself validates with. They are of
 * draft 7, which editors know best. They describe what is written (with defaults, before durations become numbers);
 * rules that span several keys are checked by `fairlead validate` only.
 */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(schemas).map(([name, schema]) => {
      const json = z.toJSONSchema(schema, { target: 'draft-07', io: 'input', reused: 'inline' });
      return [`${name}.schema.json`, `${JSON.stringify(json, null, 2)}\n`];
    }),
  );
}
