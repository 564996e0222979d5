import type * as v from 'valibot';
import { message, textOf } from '../shape.ts';

/** The workflow type of one look at main. It is on the wire, and never changes. */
export const catchUpWorkflow = 'CatchUp';

/** Answers the id of the schedule of a source, with which those of its workflows begin. `platform`: its `platformId`. */
export function catchUpId(platform: string): string {
  return `catch-up/${platform}`;
}

/** The input of `CatchUp`. */
export const catchUpInput = message({
  /** Source repository URL, without credentials. */
  source: textOf('url'),
});
export type CatchUpInput = v.InferOutput<typeof catchUpInput>;
