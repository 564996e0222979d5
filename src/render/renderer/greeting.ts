import { Failure } from '../../failure.ts';
import type { Ending, RendererProcess } from './process.ts';
import { type Greeting, parseGreeting, protocolVersion } from './protocol.ts';

/** The time, in milliseconds, that a process may take until it greets. */
const greetingMs = 30_000;
const rendererRemedy =
  'In a checkout of Fairlead run `npm run build:renderer`, else install Fairlead anew; and unset FAIRLEAD_RENDERER, or let it name a renderer of this version.';

/**
 * Waits for the greeting of a process just started. Throws `Failure` InvalidConfig, and ends the process, where it is
 * no renderer or speaks another protocol.
 */
export async function awaitGreeting(process: RendererProcess, binary: string): Promise<Greeting> {
  const timer = setTimeout(() => void process.kill(), greetingMs);
  const first = await process.exchange();
  clearTimeout(timer);
  try {
    return checkGreeting(binary, first);
  } catch (error) {
    await process.kill();
    throw error;
  }
}

function checkGreeting(binary: string, first: string | Ending): Greeting {
  if (typeof first !== 'string') throw startFailure(binary, first);
  const greeting = parseGreeting(first);
  if (!greeting)
    throw new Failure('InvalidConfig', `${binary} is no Fairlead renderer: it does not greet. ${rendererRemedy}`);
  if (greeting.protocol === protocolVersion) return greeting;
  const differ = `speaks renderer protocol ${greeting.protocol}, this Fairlead speaks ${protocolVersion}`;
  throw new Failure('InvalidConfig', `${binary} ${differ}. ${rendererRemedy}`);
}

function startFailure(binary: string, ending: Ending): Failure {
  const said = ending.stderr ? `: ${ending.stderr.slice(-500)}` : '';
  return new Failure(
    'InvalidConfig',
    `The renderer ${binary} does not start (${ending.description})${said}. ${rendererRemedy}`,
  );
}
