import { askTheWorld } from './ask-the-world.ts';

/*
 * Asks in a process of its own, because Node reads NODE_EXTRA_CA_CERTS when it starts. Prints what came of it as JSON.
 */
process.stdout.write(JSON.stringify(await askTheWorld(JSON.parse(process.argv[2] ?? ''), process.env)));
