import type { Settings } from '../../settings/settings.ts';
import { countOf } from '../../text/count-of.ts';
import type { Io } from '../io.ts';
import { checks } from './check-names.ts';
import { type DoctorOrder, examine } from './doctor.ts';

/** A log of lines with fields. */
export interface TroubleLog {
  info(fields: object, words: string): void;
  warn(fields: object, words: string): void;
  error(fields: object, words: string): void;
}

/** Looks as `fairlead doctor` does, and writes a line for each ✘ and each warning, and one for the rest. It never throws. */
export async function tellTroubles(
  settings: Settings,
  order: DoctorOrder,
  { io, log }: { readonly io: Io; readonly log: TroubleLog },
): Promise<void> {
  try {
    const findings = await examine(settings, order, io);
    for (const finding of findings) {
      if (!('remedy' in finding)) continue;
      const { check, about, detail, trouble, remedy } = finding;
      log.warn({ trouble, ...(about !== '' && { about }), remedy }, `${checks[check]}: ${detail}`);
    }
    const count = (state: string) => findings.filter((each) => each.state === state).length;
    const counts = {
      well: count('well'),
      wrong: count('wrong'),
      warnings: count('warning'),
      notAsked: count('not asked'),
    };
    log.info(counts, `doctor has looked, and found ${countOf(counts.wrong, 'trouble')}`);
  } catch (error) {
    log.error({ err: error }, 'doctor could not look');
  }
}
