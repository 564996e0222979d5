/*
 * Loaded into a worker by NODE_OPTIONS. From SIGUSR2 on its main thread stands still for good, as where it computes something
 * without an end; everything below it, which speaks with Temporal, goes on.
 */
process.on('SIGUSR2', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
