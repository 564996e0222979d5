import '../support/temporal-runtime.ts';
import { readOptions } from './options.ts';
import { costsSoFar } from './rig/costs.ts';
import { Rig } from './rig/rig.ts';
import { runAll } from './run-all.ts';

const options = readOptions(process.argv.slice(2));
const rig = await Rig.start();
const before = costsSoFar();
try {
  const failures = await runAll(rig, options);
  console.log(before, costsSoFar());
  process.exitCode = failures === 0 ? 0 : 1;
} finally {
  await rig.close();
}
