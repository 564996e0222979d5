import type { KillResult } from './run/run.ts';

/** The targets of a resume, in milliseconds. */
export const targets = { median: 5_000, p95: 10_000 } as const;

/** The times of one kind of kill point. */
export interface KindTimes {
  readonly kind: string;
  readonly kills: number;
  readonly median: number;
  readonly p95: number;
  readonly most: number;
  readonly offeredMedian: number;
  readonly offeredP95: number;
  readonly startMedian: number;
}

/** Sums up the kills by kind, and all of them. Kills with nothing under way have no time to resume. */
export function timesByKind(kills: readonly KillResult[]): readonly KindTimes[] {
  const kinds = [...new Set(kills.map(({ point }) => point.kind))].sort();
  const rows = kinds.map((kind) =>
    timesOf(
      kind,
      kills.filter(({ point }) => point.kind === kind),
    ),
  );
  return [...rows, timesOf('all', kills)];
}

/** Prints the times as a table in Markdown, in seconds. */
export function tableText(rows: readonly KindTimes[]): string {
  const lines = rows.map(
    ({ kind, kills, median, p95, most, offeredMedian, offeredP95, startMedian }) =>
      `| ${kind} | ${kills} | ${seconds(median)} | ${seconds(p95)} | ${seconds(most)} | ${seconds(offeredMedian)}, ${seconds(offeredP95)} | ${seconds(startMedian)} |`,
  );
  const head =
    '| killed at | kills | median | 95th percentile | most | until Temporal offers it (median, 95th) | until the worker polls (median) |';
  return [head, '|---|---|---|---|---|---|---|', ...lines].join('\n');
}

function timesOf(kind: string, kills: readonly KillResult[]): KindTimes {
  const times = kills.flatMap(({ ms }) => (ms === undefined ? [] : [ms]));
  const [median, p95, most] = [0.5, 0.95, 1].map((part) => percentile(times, part)) as [number, number, number];
  const offers = kills.flatMap(({ offeredMs }) => (offeredMs === undefined ? [] : [offeredMs]));
  const starts = kills.map(({ startMs }) => startMs);
  return {
    kind,
    kills: kills.length,
    median,
    p95,
    most,
    offeredMedian: percentile(offers, 0.5),
    offeredP95: percentile(offers, 0.95),
    startMedian: percentile(starts, 0.5),
  };
}

/** The smallest value that `part` of them do not pass; NaN of none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)] ?? Number.NaN;
}

function seconds(ms: number): string {
  return Number.isNaN(ms) ? '–' : `${(ms / 1000).toFixed(1)} s`;
}
