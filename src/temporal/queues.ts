/** The step that has a task queue of its own: many of them may wait, and nothing else waits behind them. */
export const renderStep = 'renderEnvironment';

/** Names the task queue of the renders, beside that of everything else. Every worker polls both. */
export function rendersQueue(taskQueue: string): string {
  return `${taskQueue}-renders`;
}
