import type { Client, WorkflowExecutionDescription } from '@temporalio/client';
import { defaultPayloadConverter, type ProtoFailure } from '@temporalio/common';
import { Failure } from '../../failure.ts';
import { isObject } from '../../shape.ts';

type Description = WorkflowExecutionDescription['raw'];
type Payloads = NonNullable<NonNullable<Description['pendingActivities']>[number]['heartbeatDetails']>['payloads'];

/**
 * Reads what a description says of pending activities, which the client itself leaves as it comes: their heartbeats and last
 * failures. A message that no key here opens says so in its place: others are listed beside it.
 */
export async function readPending(client: Client, description: Description): Promise<Description> {
  const pendingActivities = await Promise.all(
    (description.pendingActivities ?? []).map(async (pending) => {
      const { heartbeatDetails, lastFailure } = pending;
      const message = lastFailure && (await readFailureMessage(client, lastFailure));
      return {
        ...pending,
        ...(heartbeatDetails && { heartbeatDetails: { payloads: await readable(client, heartbeatDetails.payloads) } }),
        ...(lastFailure && { lastFailure: { ...lastFailure, message } }),
      };
    }),
  );
  return { ...description, pendingActivities };
}

/** Answers the message of a failure, which may be encrypted; without the key, that it cannot be read. */
export async function readFailureMessage(client: Client, failure: ProtoFailure | null | undefined): Promise<string> {
  const { encodedAttributes, message } = failure ?? {};
  if (!encodedAttributes) return message ?? '';
  const [payload] = await decoded(client, [encodedAttributes]).catch((error: unknown) => {
    if (error instanceof Failure) return [defaultPayloadConverter.toPayload({ message: error.message })];
    throw error;
  });
  const attributes: unknown = payload && client.options.loadedDataConverter.payloadConverter.fromPayload(payload);
  return isObject(attributes) && typeof attributes.message === 'string' ? attributes.message : (message ?? '');
}

/** Answers a message for people, where the SDK has put its own in the place of one that is encrypted. */
export function shownMessage(message: string): string {
  return message === 'Encoded failure' ? 'why is encrypted, and in its log' : message;
}

/** Decrypts what a key here opens, and leaves the rest as it is. */
function readable(client: Client, payloads: Payloads): Promise<NonNullable<Payloads>> {
  return decoded(client, payloads).catch((error: unknown) => {
    if (error instanceof Failure) return payloads ?? [];
    throw error;
  });
}

async function decoded({ options }: Client, payloads: Payloads): Promise<NonNullable<Payloads>> {
  let read = payloads ?? [];
  for (const codec of options.loadedDataConverter.payloadCodecs) read = await codec.decode(read);
  return read;
}
