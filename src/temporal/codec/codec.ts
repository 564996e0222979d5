import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { Payload, PayloadCodec } from '@temporalio/common';
import proto from '@temporalio/proto';
import { Failure } from '../../failure.ts';
import type { CodecKey } from './keys.ts';

/** Payloads in protobuf. */
export const { Payload: PayloadMessage } = proto.temporal.api.common.v1;

/** The format of Temporal's samples: the metadata names encoding and key; the data is nonce, ciphertext, tag. */
const encoding = 'binary/encrypted';
const keyIdField = 'encryption-key-id';
const cipherName = 'aes-256-gcm';
const nonceLength = 12;
const tagLength = 16;

/** What every message of a payload that cannot be read begins with. */
export const unreadable = 'A payload cannot be read';

/**
 * Encrypts payloads with the first key, and decrypts those of every key; without keys it encrypts nothing. What is not
 * encrypted is read as it is, so that what began before the codec was switched on goes on. Throws `Failure`
 * `InvalidConfig` for what these keys do not open.
 */
export function createCodec(keys: readonly CodecKey[]): PayloadCodec {
  const [first] = keys;
  return {
    encode: async (payloads) => (first === undefined ? payloads : payloads.map((payload) => encrypt(payload, first))),
    decode: async (payloads) =>
      payloads.map((payload) => (keyIdOf(payload) === undefined ? payload : decrypt(payload, keys))),
  };
}

/** Answers the id of the key that a payload was encrypted with; undefined: it was not. */
export function keyIdOf({ metadata }: Payload): string | undefined {
  if (metadata?.encoding === undefined || textOf(metadata.encoding) !== encoding) return undefined;
  const id = metadata[keyIdField];
  return id === undefined ? '' : textOf(id);
}

function encrypt(payload: Payload, { id, bytes }: CodecKey): Payload {
  const nonce = randomBytes(nonceLength);
  const cipher = createCipheriv(cipherName, bytes, nonce);
  const plain = PayloadMessage.encode(payload).finish();
  return {
    metadata: { encoding: Buffer.from(encoding), [keyIdField]: Buffer.from(id) },
    data: Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]),
  };
}

function decrypt(payload: Payload, keys: readonly CodecKey[]): Payload {
  const id = keyIdOf(payload);
  const key = keys.find((each) => each.id === id);
  if (key === undefined) throw unknownKey(id, keys);
  const data = payload.data ?? new Uint8Array();
  try {
    const decipher = createDecipheriv(cipherName, key.bytes, data.subarray(0, nonceLength), {
      authTagLength: tagLength,
    });
    decipher.setAuthTag(data.subarray(-tagLength));
    const plain = Buffer.concat([decipher.update(data.subarray(nonceLength, -tagLength)), decipher.final()]);
    return PayloadMessage.decode(plain);
  } catch (error) {
    throw new Failure(
      'InvalidConfig',
      `${unreadable}: it is encrypted with another key than the one that is called "${id}" here. ${remedy}`,
      { cause: error },
    );
  }
}

function unknownKey(id: string | undefined, keys: readonly CodecKey[]): Failure {
  const known = keys.length === 0 ? 'no key is set here' : `here are ${keys.map((key) => `"${key.id}"`).join(', ')}`;
  return new Failure('InvalidConfig', `${unreadable}: it is encrypted with the key "${id}", and ${known}. ${remedy}`);
}

const remedy =
  'Give this process the keys of the other workers, by `codec.keys` in the settings or FAIRLEAD_CODEC_KEYS (docs/encryption.md).';

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
