import { Failure } from '../../failure.ts';
import type { CodecKeySetting, CodecSettings } from '../../settings/codec-settings.ts';

/** A key that encrypts payloads, by the id that stands beside what it has encrypted. */
export interface CodecKey {
  readonly id: string;
  /** 32 bytes. */
  readonly bytes: Buffer;
}

/**
 * Reads the keys that the settings name; the first one encrypts, and all decrypt. None: payloads stay as they are. Throws
 * `Failure` `InvalidConfig` where one is missing, or is no key.
 */
export async function readCodecKeys({ keys, list }: CodecSettings): Promise<readonly CodecKey[]> {
  const listed = await list?.read();
  if (list !== undefined && listed !== undefined) return listedKeys(listed, list.name);
  return Promise.all(keys.map(readKey));
}

async function readKey({ id, secret }: CodecKeySetting): Promise<CodecKey> {
  const text = await secret.read();
  if (text === undefined)
    throw new Failure(
      'InvalidConfig',
      `The codec key "${id}" is missing: the ${secret.name} is empty or not set. ${keyRemedy}`,
    );
  return codecKey(id, text, secret.name);
}

/** Reads `ID=KEY` entries, which spaces, commas or lines part. */
function listedKeys(text: string, place: string): readonly CodecKey[] {
  const keys = text.split(/[\s,]+/).map((entry, index) => {
    const [, id, key] = /^([A-Za-z0-9][A-Za-z0-9._-]{0,63})=(.+)$/.exec(entry) ?? [];
    if (id === undefined || key === undefined)
      throw new Failure('InvalidConfig', `Entry ${index + 1} of the ${place} is no \`ID=KEY\`. ${keyRemedy}`);
    return codecKey(id, key, place);
  });
  const twice = keys.find(({ id }, index) => keys.findIndex((other) => other.id === id) !== index);
  if (twice) throw new Failure('InvalidConfig', `The ${place} has two codec keys "${twice.id}". Keep one.`);
  return keys;
}

function codecKey(id: string, text: string, place: string): CodecKey {
  const bytes = Buffer.from(text, /^[0-9a-f]{64}$/i.test(text) ? 'hex' : 'base64');
  if (bytes.length !== 32 || !/^[\w+/-]+={0,2}$/.test(text))
    throw new Failure(
      'InvalidConfig',
      `The codec key "${id}" (${place}) is not 32 bytes in base64 or hexadecimal digits. ${keyRemedy}`,
    );
  return { id, bytes };
}

const keyRemedy = 'Make a key with `openssl rand -base64 32`, and give workers and commands the same one.';
