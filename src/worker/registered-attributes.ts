import type { NativeConnection } from '@temporalio/worker';
import { attributesMissing, attributesThere } from '../temporal/attributes/registered-attributes.ts';
import { isRefusedCall } from '../temporal/client.ts';

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
    const { missing } = attributesThere(customAttributes);
    if (missing.length > 0) throw attributesMissing(namespace, missing, ', then start the worker');
  } catch (error) {
    if (!isRefusedCall(error)) throw error;
  }
}
