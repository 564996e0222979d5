import type { NativeConnection } from '@temporalio/worker';
import { Failure } from '../failure.ts';
import { isRefusedCall } from '../temporal/client.ts';
import { searchAttributes } from '../temporal/search-attributes.ts';

/**
 * Throws `Failure` Refused where search attributes are not registered in the namespace: a workflow that sets one would
 * stand still. A Temporal that does not tell, as Temporal Cloud, is believed.
 */
export async function checkAttributes(
  { operatorService }: Pick<NativeConnection, 'operatorService'>,
  namespace: string,
): Promise<void> {
  try {
    const { customAttributes } = await operatorService.listSearchAttributes({ namespace });
    const names = Object.values(searchAttributes).map(({ name }) => name);
    const missing = names.filter((name) => !Object.hasOwn(customAttributes, name));
    if (missing.length === 0) return;
    throw new Failure(
      'Refused',
      `The namespace "${namespace}" lacks the search attributes ${missing.join(', ')}. Run \`fairlead setup\` once, then start the worker.`,
    );
  } catch (error) {
    if (!isRefusedCall(error)) throw error;
  }
}
