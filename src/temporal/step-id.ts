import { isFitText } from '../text/message-text.ts';

/**
 * Makes the id under which Temporal lists a step. It names the environment that the step is about, because a step that has
 * not answered yet is known to others by its id and its name alone. `unique` tells the steps of one workflow apart.
 */
export function stepId(environment: string | undefined, unique: string): string {
  // Temporal would refuse the step, or the worker end, where an old memory has a name that cannot be part of an id.
  return `${environment !== undefined && isFitText('name', environment) ? environment : ''}#${unique}`;
}

/** Answers the environment that a step is about; undefined: it is about the whole workflow, or another release made it. */
export function environmentOfStep(id: string): string | undefined {
  const end = id.lastIndexOf('#');
  return end > 0 ? id.slice(0, end) : undefined;
}
