import { randomBytes } from 'node:crypto';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { createCodec, keyIdOf } from '../../../src/temporal/codec/codec.ts';
import { readCodecKeys } from '../../../src/temporal/codec/keys.ts';

const old = { id: '2025', bytes: randomBytes(32) };
const current = { id: '2026', bytes: randomBytes(32) };
const secret = { subject: 'Raise the limits', list: [1, 'ä'] };

function payloadOf(value: unknown): Payload {
  return defaultPayloadConverter.toPayload(value) ?? {};
}

function plain({ metadata, data }: Payload): object {
  const fields = Object.entries(metadata ?? {}).map(([name, value]) => [name, Buffer.from(value).toString()]);
  return { metadata: Object.fromEntries(fields), data: Buffer.from(data ?? []).toString() };
}

describe('The codec', () => {
  it('gives back what it encrypted, and shows nothing but the id of the key', async () => {
    const codec = createCodec([current, old]);
    const payloads = [payloadOf(secret), payloadOf(undefined), payloadOf('')];
    const encrypted = await codec.encode(payloads);
    for (const each of encrypted) {
      expect(keyIdOf(each)).toBe('2026');
      expect(Buffer.from(each.data ?? []).toString('latin1')).not.toMatch(/Raise|json/);
    }
    expect((await codec.decode(encrypted)).map(plain)).toEqual(payloads.map(plain));
  });

  it('encrypts the same text differently each time', async () => {
    const codec = createCodec([current]);
    const [one, two] = await codec.encode([payloadOf(secret), payloadOf(secret)]);
    expect(one?.data).not.toEqual(two?.data);
  });

  it('reads what an older key encrypted, and what nobody encrypted', async () => {
    const before = await createCodec([old]).encode([payloadOf(secret)]);
    const read = await createCodec([current, old]).decode([...before, payloadOf('plain')]);
    expect(read.map(plain)).toEqual([payloadOf(secret), payloadOf('plain')].map(plain));
  });

  it('without keys changes nothing', async () => {
    const payloads = [payloadOf(secret)];
    expect(await createCodec([]).encode(payloads)).toBe(payloads);
  });

  it.each([
    ['no key', [], 'with the key "2026", and no key is set here. Give this process the keys'],
    ['other keys', [old], 'with the key "2026", and here are "2025". Give'],
    ['another key of the same id', [{ ...old, id: '2026' }], 'another key than the one that is called "2026" here.'],
  ])('with %s says what to do', async (_, keys, words) => {
    const encrypted = await createCodec([current]).encode([payloadOf(secret)]);
    await expect(createCodec(keys).decode(encrypted)).rejects.toMatchObject({
      name: 'InvalidConfig',
      message: expect.stringContaining(words),
    });
  });

  it.each([0, 11, 12, 40, -1])('refuses what was changed at byte %i, and what was cut', async (index) => {
    const codec = createCodec([current]);
    const [payload] = await codec.encode([payloadOf(secret)]);
    const data = Buffer.from(payload?.data ?? []);
    const at = index < 0 ? data.length + index : index;
    data[at] = (data[at] ?? 0) ^ 1;
    await expect(codec.decode([{ ...payload, data }])).rejects.toThrow('A payload cannot be read');
    await expect(codec.decode([{ ...payload, data: data.subarray(0, at) }])).rejects.toThrow('cannot be read');
  });
});

describe('The keys', () => {
  const text = current.bytes.toString('base64');
  const secretOf = (value: string | undefined, name = 'environment variable KEY') => ({
    name,
    read: async () => value,
  });

  it('are read in their order, in base64 or hexadecimal digits', async () => {
    const keys = [
      { id: '2026', secret: secretOf(text) },
      { id: '2025', secret: secretOf(old.bytes.toString('hex')) },
    ];
    expect(await readCodecKeys({ keys })).toEqual([current, old]);
  });

  it('of the environment win over those of the settings, one after the other', async () => {
    const list = secretOf(`2026=${text},\n2025=${old.bytes.toString('base64')}`);
    expect(await readCodecKeys({ keys: [{ id: 'x', secret: secretOf(undefined) }], list })).toEqual([current, old]);
  });

  it.each([
    [
      'that is missing',
      { keys: [{ id: 'a', secret: secretOf(undefined) }] },
      'The codec key "a" is missing: the environment variable KEY is',
    ],
    [
      'that is too short',
      { keys: [{ id: 'a', secret: secretOf(Buffer.from('short').toString('base64')) }] },
      'The codec key "a" (environment variable KEY) is not 32 bytes',
    ],
    ['that is no base64', { keys: [{ id: 'a', secret: secretOf(`!${text}`) }] }, 'is not 32 bytes in base64'],
    [
      'without an id',
      { keys: [], list: secretOf(`a=${text} ${text.replaceAll('=', '')}`) },
      'Entry 2 of the environment variable KEY is no',
    ],
    ['that comes twice', { keys: [], list: secretOf(`a=${text} a=${text}`) }, 'has two codec keys "a"'],
  ])('one %s is refused, and never shown', async (_, settings, words) => {
    const refused = await readCodecKeys(settings).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refused).toMatchObject({ name: 'InvalidConfig', message: expect.stringContaining(words) });
    expect(String(refused)).not.toContain(text.slice(0, 12));
  });
});
