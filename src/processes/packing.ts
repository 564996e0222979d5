import { deserialize, serialize } from 'node:v8';
import { createBreath } from '../async/breath.ts';
import { weightOf } from './weight.ts';

/** Plain data as bytes that processes can be given. */
export type Packed =
  | { readonly kind: 'whole'; readonly bytes: Uint8Array }
  /** The items of a list, one or many in each part. */
  | { readonly kind: 'list'; readonly parts: readonly ListPart[] }
  | { readonly kind: 'set' | 'map'; readonly items: Packed }
  | { readonly kind: 'record'; readonly fields: readonly (readonly [name: string, value: Packed])[] };

type ListPart = { readonly many: Uint8Array } | { readonly one: Packed };

/** The weight of what is made to bytes in one go: some milliseconds. */
const goWeight = 20_000;
/** The time, in milliseconds, after which others get their turn. */
const breathMs = 10;

/**
 * Packs plain data (records, lists, sets, maps, texts and numbers), and lets others go on meanwhile. Throws the reason of `signal`.
 */
export function pack(value: unknown, signal?: AbortSignal): Promise<Packed> {
  return packInTurns(value, createBreath({ everyMs: breathMs, signal }));
}

async function packInTurns(value: unknown, breathe: () => Promise<void>): Promise<Packed> {
  await breathe();
  const isPart = typeof value !== 'object' || value === null || weightOf(value, goWeight) <= goWeight;
  if (isPart) return { kind: 'whole', bytes: serialize(value) };
  if (Array.isArray(value)) return { kind: 'list', parts: await packList(value, breathe) };
  if (value instanceof Set) return { kind: 'set', items: await packInTurns([...value], breathe) };
  if (value instanceof Map) return { kind: 'map', items: await packInTurns([...value], breathe) };
  const fields: [string, Packed][] = [];
  for (const [name, each] of Object.entries(value)) fields.push([name, await packInTurns(each, breathe)]);
  return { kind: 'record', fields };
}

async function packList(list: readonly unknown[], breathe: () => Promise<void>): Promise<readonly ListPart[]> {
  const parts: ListPart[] = [];
  let [from, weight] = [0, 0];
  const endPart = async (to: number) => {
    if (to > from) parts.push({ many: serialize(list.slice(from, to)) });
    [from, weight] = [to, 0];
    await breathe();
  };
  for (const [index, item] of list.entries()) {
    const itemWeight = weightOf(item, goWeight);
    if (weight + itemWeight > goWeight) await endPart(index);
    weight += itemWeight;
    if (itemWeight <= goWeight) continue;
    parts.push({ one: await packInTurns(item, breathe) });
    [from, weight] = [index + 1, 0];
  }
  await endPart(list.length);
  return parts;
}

/** Unpacks what was packed, in one go. */
export function unpack(packed: Packed): unknown {
  switch (packed.kind) {
    case 'whole':
      return deserialize(packed.bytes);
    case 'set':
      return new Set(unpack(packed.items) as unknown[]);
    case 'map':
      return new Map(unpack(packed.items) as [unknown, unknown][]);
    case 'record':
      return Object.fromEntries(packed.fields.map(([name, value]) => [name, unpack(value)]));
    case 'list': {
      const list: unknown[] = [];
      for (const part of packed.parts)
        if ('one' in part) list.push(unpack(part.one));
        else for (const item of deserialize(part.many) as unknown[]) list.push(item);
      return list;
    }
  }
}

/** The number of bytes of what is packed. */
export function packedBytes(packed: Packed): number {
  switch (packed.kind) {
    case 'whole':
      return packed.bytes.length;
    case 'set':
    case 'map':
      return packedBytes(packed.items);
    case 'record':
      return packed.fields.reduce((sum, [, value]) => sum + packedBytes(value), 0);
    case 'list':
      return packed.parts.reduce((sum, part) => sum + ('one' in part ? packedBytes(part.one) : part.many.length), 0);
  }
}
