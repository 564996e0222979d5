/** The same main line, which does so for those that come to wait with it, and lets the others go on as they began. */
import { patched } from '@temporalio/workflow';
import { awaitMerge as awaitMergeAsBefore } from '../../../src/workflows/environment/await-merge.ts';
import { lookOnceMore } from './look-before-merge.ts';

type Parameters = globalThis.Parameters<typeof awaitMergeAsBefore>;

export async function awaitMerge(...given: Parameters): ReturnType<typeof awaitMergeAsBefore> {
  if (patched('look-before-merge')) await lookOnceMore();
  return awaitMergeAsBefore(...given);
}
