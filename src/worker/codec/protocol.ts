import type { Payload, PayloadCodec } from '@temporalio/common';
import { Failure } from '../../failure.ts';
import { isObject } from '../../shape.ts';
import { PayloadMessage } from '../../temporal/codec/codec.ts';
import { type JsonBounds, jsonExcess } from '../../text/json-bounds.ts';

/** A payload has a handful of values, and the UI sends those of a page of events. */
const bounds: JsonBounds = { levels: 16, values: 20_000 };

/** What the codec endpoint may be asked for: the last part of the path. */
export type CodecAction = 'encode' | 'decode';

/**
 * Answers a request of Temporal's protocol for codec servers: `{"payloads": […]}`, as protobuf writes JSON, and the same
 * back. Of a payload that no key here opens, the answer says so in its place. Throws `Failure` `InvalidInput` for another
 * body.
 */
export async function convertPayloads(action: CodecAction, body: Uint8Array, codec: PayloadCodec): Promise<string> {
  const payloads = readPayloads(body);
  const converted = action === 'encode' ? await codec.encode(payloads) : await decodeEach(payloads, codec);
  return JSON.stringify({ payloads: converted.map((payload) => PayloadMessage.fromObject(payload).toJSON()) });
}

function readPayloads(body: Uint8Array): Payload[] {
  const excess = jsonExcess(body, bounds);
  if (excess !== undefined) throw new Failure('InvalidInput', `The body has ${excess}. Send fewer payloads at a time.`);
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(body).toString('utf8'));
  } catch {
    throw notPayloads();
  }
  const list = isObject(value) ? (value.payloads ?? []) : undefined;
  if (!Array.isArray(list) || !list.every(isObject)) throw notPayloads();
  return list.map((each) => PayloadMessage.fromObject(each));
}

function decodeEach(payloads: readonly Payload[], codec: PayloadCodec): Promise<Payload[]> {
  return Promise.all(
    payloads.map(async (payload) => {
      try {
        const [decoded] = await codec.decode([payload]);
        return decoded ?? payload;
      } catch (error) {
        if (error instanceof Failure) return textPayload(error.message);
        throw error;
      }
    }),
  );
}

function textPayload(text: string): Payload {
  return { metadata: { encoding: Buffer.from('json/plain') }, data: Buffer.from(JSON.stringify(text)) };
}

function notPayloads(): Failure {
  return new Failure('InvalidInput', 'The body is no `{"payloads": […]}` of Temporal\'s protocol for codec servers.');
}
