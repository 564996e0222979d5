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
  if (!Array.isArray(list) || !list.every(isPayloadJson)) throw notPayloads();
  return list.map(({ metadata, data }) => ({
    ...(metadata && {
      metadata: Object.fromEntries(Object.entries(metadata).map(([name, text]) => [name, bytesOf(text)])),
    }),
    ...(typeof data === 'string' && { data: bytesOf(data) }),
  }));
}

/** A payload in protobuf's JSON, in which bytes are base64. */
interface PayloadJson {
  readonly metadata?: Readonly<Record<string, string>> | null;
  readonly data?: string | null;
}

/**
 * Tells whether a value is a payload whose bytes are texts. protobufjs takes whatever has a length for bytes, and writes as many as that
 * says: sixty characters would take the worker's memory.
 */
function isPayloadJson(value: unknown): value is PayloadJson {
  if (!isObject(value)) return false;
  const { metadata, data } = value;
  const isText = (each: unknown) => typeof each === 'string';
  const isMetadata =
    metadata === undefined || metadata === null || (isObject(metadata) && Object.values(metadata).every(isText));
  return isMetadata && (data === undefined || data === null || isText(data));
}

function bytesOf(base64: string): Uint8Array {
  return Buffer.from(base64, 'base64');
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
