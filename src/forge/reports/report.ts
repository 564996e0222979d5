import type { ForgeReports, WantedReports } from './port.ts';

/** What everything has that is written on a forge beside requests. */
interface ReportFacts {
  /** The URL of the repository. */
  readonly repository: string;
  /** Names what is written, within the repository: a later report of the same key takes the place of an earlier one. */
  readonly key: string;
  /** Tells two reports of one key apart. */
  readonly text: string;
  /**
   * `last`: it is written whatever was written before. `news`: it is written unless it was just now. `repeated`: others follow, so
   * that it may be left out.
   */
  readonly weight: 'last' | 'news' | 'repeated';
  /** A rule of the forge may wait for it, and with that a merge: it goes before others. */
  readonly isAwaited?: boolean;
}

/** What is written where the settings want it. */
export interface WantedReport extends ReportFacts {
  readonly what: keyof WantedReports;
  /** Writes it. `known`: what the report before it answered, in this process. */
  readonly write: (reports: ForgeReports, known: number | undefined) => Promise<number | undefined>;
}

/** A label that could not be set when it was due. No setting leaves it out, and nobody waits for it. */
export interface LateLabel extends ReportFacts {
  readonly what: 'labels';
  /** Sets it. Aborting `signal` gives up the call that is under way. */
  readonly write: (signal: AbortSignal) => Promise<undefined>;
}

/** Something to write on a forge beside requests. */
export type Report = WantedReport | LateLabel;
