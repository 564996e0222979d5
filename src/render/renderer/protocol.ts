import { z } from 'zod';
import type { LeafOutput, LeafRequest } from '../types.ts';

/** What this side of docs/renderer-protocol.md speaks. */
export const protocolVersion = '1';

const helloSchema = z.object({
  hello: z.object({ protocol: z.string(), versions: z.record(z.string(), z.string()) }),
});

const objectIdSchema = z.object({ apiVersion: z.string(), kind: z.string(), namespace: z.string(), name: z.string() });

const answerSchema = z.object({
  id: z.string(),
  output: z.object({ yaml: z.string(), objects: z.array(objectIdSchema) }).optional(),
  error: z.object({ kind: z.string(), message: z.string() }).optional(),
});

export type Greeting = z.infer<typeof helloSchema>['hello'];

export type Answer =
  | { readonly id: string; readonly output: LeafOutput }
  | { readonly id: string; readonly error: { readonly kind: string; readonly message: string } };

/** One request as a line, newline included. */
export function requestLine(id: string, leaf: LeafRequest): string {
  return `${JSON.stringify({ id, leaf })}\n`;
}

/** Undefined when the line is no greeting. */
export function parseGreeting(line: string): Greeting | undefined {
  return helloSchema.safeParse(parseJson(line)).data?.hello;
}

/** Undefined when the line is no answer. */
export function parseAnswer(line: string): Answer | undefined {
  const parsed = answerSchema.safeParse(parseJson(line)).data;
  if (parsed?.error) return { id: parsed.id, error: parsed.error };
  if (parsed?.output) return { id: parsed.id, output: parsed.output };
  return undefined;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
