import { z } from 'zod';
import type { LeafOutput, LeafRequest } from '../types.ts';

/** The version of docs/renderer-protocol.md that this side speaks. */
export const protocolVersion = '1';

const helloSchema = z.object({
  hello: z.object({ protocol: z.string(), versions: z.record(z.string(), z.string()) }),
});

const objectIdSchema = z.object({ apiVersion: z.string(), kind: z.string(), namespace: z.string(), name: z.string() });

const answerSchema = z.object({
  id: z.string(),
  output: z
    .object({ yaml: z.string(), objects: z.array(objectIdSchema), placeholders: z.array(z.string()).optional() })
    .optional(),
  error: z.object({ kind: z.string(), message: z.string() }).optional(),
});

/** The first line of a process. */
export type Greeting = z.infer<typeof helloSchema>['hello'];

/** A request to a process. The answer has the same id. */
export interface RendererCall {
  readonly id: string;
  readonly leaf: LeafRequest;
}

/** The answer of a process to one request. */
export type RendererAnswer =
  | { readonly id: string; readonly output: LeafOutput }
  | { readonly id: string; readonly error: { readonly kind: string; readonly message: string } };

/** Writes a request as one line, newline included. */
export function requestLine({ id, leaf }: RendererCall): string {
  return `${JSON.stringify({ id, leaf })}\n`;
}

/** Reads a greeting; undefined: the line is none. */
export function parseGreeting(line: string): Greeting | undefined {
  return helloSchema.safeParse(parseJson(line)).data?.hello;
}

/** Reads an answer; undefined: the line is none. */
export function parseAnswer(line: string): RendererAnswer | undefined {
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
