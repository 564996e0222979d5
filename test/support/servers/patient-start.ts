const tries = 10;

/**
 * Starts a server of Temporal's SDK, again where it was too slow: the SDK gives a server five seconds, and on a busy
 * machine a Java program may need more. Any other failure is thrown at once, and the last one in any case.
 */
export async function startPatiently<Server>(start: () => Promise<Server>): Promise<Server> {
  for (let left = tries - 1; ; left -= 1)
    try {
      return await start();
    } catch (error) {
      const isSlow = error instanceof Error && error.message.includes('did not start within');
      if (!isSlow || left === 0) throw error;
    }
}
