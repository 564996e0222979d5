import '../../support/temporal-runtime.ts';
import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { fetchHistories } from '../../support/temporal-executions.ts';
import { replay } from '../../support/temporal-replay.ts';
import type { ReplayAnswer, ReplayOrder } from './replayer.ts';

/**
 * Replays histories, apart from the sequences: the SDK replays in the main thread, where it makes every promise of the
 * process slow from then on.
 */
const [file = ''] = process.argv.slice(2);
const workflowBundle = { code: readFileSync(file, 'utf8') };

process.on('message', ({ id, ...order }: ReplayOrder & { readonly id: number }) => {
  void answerTo(order).then((answer) => process.send?.({ ...answer, id }));
});
process.on('disconnect', () => process.exit());

async function answerTo({ address, runs }: ReplayOrder): Promise<ReplayAnswer> {
  const connection = await Connection.connect({ address });
  try {
    const histories = await fetchHistories(new Client({ connection }), runs);
    await replay({ workflowBundle }, histories);
    return { replayed: histories.length };
  } catch (error) {
    return { replayed: 0, problem: error instanceof Error ? error.message : String(error) };
  } finally {
    await connection.close();
  }
}
