/** A main line that looks at the platform once more before it waits for a merge, and breaks what waits by that. */
import { awaitMerge as awaitMergeAsBefore } from '../../../src/workflows/environment/await-merge.ts';
import { step } from '../../../src/workflows/temporal/step.ts';
import { Troubles } from '../../../src/workflows/temporal/troubles.ts';

const troubles = new Troubles(() => undefined);

type Parameters = globalThis.Parameters<typeof awaitMergeAsBefore>;

export async function awaitMerge(...given: Parameters): ReturnType<typeof awaitMergeAsBefore> {
  await lookOnceMore();
  return awaitMergeAsBefore(...given);
}

/** Makes the step that is new. */
export async function lookOnceMore(): Promise<void> {
  await step('readPlatform', 'look before the merge', { troubles })({
    source: 'https://forge.test/acme/platform',
    commit: '0'.repeat(40),
  });
}
