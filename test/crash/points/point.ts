import type { WriteMoment } from '../../../fakes/github/writes.ts';

/** The workflows of a run: its three operations, and the lanes of its environments. */
export const histories = [
  'promotion',
  'config change',
  'rollback',
  'lane of dev',
  'lane of qa',
  'lane of prod',
] as const;
export type HistoryName = (typeof histories)[number];

export const moments: readonly WriteMoment[] = ['asked', 'under way', 'done'];

/** Where a worker is killed. Its number says all of it, so that it is the same in every run. */
export interface KillPoint {
  /** Below 1000: a write of the forge, three numbers each. From 1000 on: an event, a thousand for each workflow. */
  readonly number: number;
  /** What it counts as in the table. */
  readonly kind: string;
}

/** Answers the number of the point after an event; ids of events begin with 1. */
export function eventNumber(history: HistoryName, eventId: number): number {
  return 1000 * (1 + histories.indexOf(history)) + eventId;
}

/** Answers the number of the point at a moment of a write; writes are counted from 0. */
export function writeNumber(write: number, moment: WriteMoment): number {
  return 1 + 3 * write + moments.indexOf(moment);
}

/** Says where a point is, in words. */
export function placeOf(number: number): string {
  if (number >= 1000) return `event ${number % 1000} of the ${histories[Math.floor(number / 1000) - 1]}`;
  return `write ${1 + Math.floor((number - 1) / 3)}, ${moments[(number - 1) % 3]}`;
}
