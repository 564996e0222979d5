import { Context } from '@temporalio/activity';
import { isFresh, readPollers, servingPollers } from '../temporal/pollers.ts';
import { otherWorkersWords } from '../temporal/worker-identity.ts';

/** How long Temporal may take to say who else polls, in milliseconds: the step itself has failed already. */
const answerWithinMs = 2_000;

/**
 * Says which worker could not do the running step, and which others may: a sentence to follow a failure that lies in the
 * worker. Empty where no other one polls the task queue. `isRetried`: the step is tried again by itself.
 */
export async function workersWords(isRetried: boolean): Promise<string> {
  const { client, info } = Context.current();
  const { identity } = client.workflow.options;
  const queue = { namespace: info.namespace, taskQueue: info.taskQueue, tasks: 'of activities' as const };
  const pollers = await readPollers(client.connection, queue, answerWithinMs).catch((error: unknown) => {
    Context.current().log.warn('Temporal did not say which other workers poll', { error });
    return undefined;
  });
  const others = pollers === undefined ? [] : servingPollers(pollers).filter(isFresh);
  return otherWorkersWords(
    identity,
    others.map((poller) => poller.identity),
    isRetried,
  );
}
