import { openSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { OwnProcess, ownDescriptor } from '../../../src/processes/own-process.ts';

// Takes all descriptors that this process may have, and says what comes of starting another one.

try {
  for (;;) openSync('/dev/null', 'r');
} catch {
  // There are no more.
}
let said = 'started';
try {
  new OwnProcess({ program: '/bin/true', args: [], way: ownDescriptor }, () => undefined);
} catch (error) {
  said = String((error as NodeJS.ErrnoException).code);
}
await pause(50);
process.stdout.write(said);
