import type { Event } from './types.ts';

/** Describes an event in one line, for a person. */
export function eventWords({ kind, pause, nudges, ...fields }: Event): string {
  const details = Object.entries(fields).map(([key, value]) => `${key} ${JSON.stringify(value) ?? '-'}`);
  const after = [
    ...(nudges > 0 ? [`${nudges} nudges`] : []),
    ...(pause === 0 ? [] : [pause === 'quiet' ? pause : `${pause} steps`]),
  ];
  return `${kind}${details.length > 0 ? ` (${details.join(', ')})` : ''}${after.length > 0 ? `, then ${after.join(', ')}` : ''}`;
}
