import { claimedHold, holdWords } from '../../operation/hold.ts';
import { holdInForce } from '../holds.ts';
import type { LaneObservation, LanePlace, LaneState } from '../types.ts';

/**
 * Says that the lane is held and its record does not show it, or the other way round; undefined: they agree, or the record was
 * not read. Whoever may push may write into the record; who has Temporal's namespace may give a lane another memory. It is held as
 * long as one of them says so.
 */
export function disagreementWords(
  { hold }: Pick<LaneState, 'hold'>,
  recorded: LaneObservation['recorded'],
  { environment, now }: Pick<LanePlace, 'environment'> & { readonly now: string },
): string | undefined {
  const own = holdInForce(hold, now);
  const noted = holdInForce(recorded?.hold, now);
  if (recorded === undefined || (own === undefined) === (noted === undefined)) return undefined;
  if (own !== undefined)
    return (
      `The record of ${environment} does not show that it is held: it could not be written, or somebody has removed lines there, or written that it was resumed. ` +
      `It stays held until fairlead resume ${environment}.`
    );
  return (
    `The record of ${environment} holds it${noted && `, by ${holdWords(claimedHold(noted))}`}, and the lane does not: nothing is merged until they ` +
    `agree. fairlead hold ${environment}, then fairlead resume ${environment}, writes to both.`
  );
}
