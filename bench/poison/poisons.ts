import { elsewhere } from './kinds/elsewhere.ts';
import type { Poison } from './kinds/poison.ts';
import { renders } from './kinds/renders.ts';
import { sizes } from './kinds/sizes.ts';
import { words } from './kinds/words.ts';

/** All poisons by name, in the order of the table. `none` is what the others are compared with. */
export const poisons: ReadonlyMap<string, Poison> = new Map<string, Poison>(
  Object.entries({ none: {}, ...sizes, ...renders, ...words, ...elsewhere }),
);
