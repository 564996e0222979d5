#!/usr/bin/env node
import { processIo } from './io.ts';
import { run } from './program.ts';

// The reader may have had enough, as in `fairlead status | head`.
for (const stream of [process.stdout, process.stderr])
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit();
  });

// grpc-js would write each failed attempt to standard error; what it comes to is told in a sentence of ours.
process.env.GRPC_VERBOSITY ??= 'NONE';

process.exitCode = await run(process.argv.slice(2), processIo());
