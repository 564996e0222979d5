/** Keeps the thread of all workflows for so many milliseconds, as on a machine that is busy. */
export async function slow(milliseconds: number): Promise<string> {
  await Promise.resolve();
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
  await Promise.resolve();
  return 'done';
}
