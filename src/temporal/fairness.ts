import type { Priority } from '@temporalio/common';

/** Temporal refuses a longer key, in bytes. */
const longestKey = 64;

/**
 * Makes the share that a workflow of a platform has in its task queue, steps and children included: where the server
 * shares queues out fairly, platforms take turns. The end of a long id is kept, which tells one from another.
 */
export function platformShare(platform: string): Priority {
  let fairnessKey = platform;
  while (Buffer.byteLength(fairnessKey) > longestKey) fairnessKey = fairnessKey.slice(1);
  return { fairnessKey };
}
