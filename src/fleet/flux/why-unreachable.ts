import { remedies, sentence } from '../../text/remedies.ts';
import { tlsTrouble } from '../../tls-words.ts';
import { boundedLine } from '../words.ts';
import { RefusedRequest, UnexpectedAnswer } from './http.ts';
import { KubeconfigProblem } from './kubeconfig.ts';
import { ruleFor } from './resources.ts';

const NETWORK: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'its host name is unknown',
  EAI_AGAIN: 'its host name cannot be looked up right now',
  EHOSTUNREACH: 'there is no route to it',
  ENETUNREACH: 'there is no route to it',
  ETIMEDOUT: 'the connection timed out',
  EMFILE: 'this worker may open no more files; raise its limit (`ulimit -n`)',
};

/** Says in one sentence, without secrets, why a cluster could not be looked at, and where it helps what to do. */
export function whyUnreachable(error: unknown, server: string | undefined): string {
  const at = server === undefined ? 'The cluster' : `The API server ${server}`;
  if (error instanceof KubeconfigProblem) return error.message;
  if (error instanceof UnexpectedAnswer) return `${at} ${error.message}: is this a Kubernetes API server?`;
  if (error instanceof SyntaxError) return `${at} answers with broken JSON: is this a Kubernetes API server?`;
  if (error instanceof RefusedRequest) return `${at} ${refusalText(error)}`;
  const untrusted = tlsTrouble(error, 'certificate-authority of the kubeconfig');
  if (untrusted !== undefined) return `${at} cannot be trusted: ${untrusted}.`;
  const code = networkCode(error);
  if (code !== undefined && NETWORK[code]) return `${at} cannot be reached: ${NETWORK[code]} (${code}).`;
  return `${at} cannot be looked at: ${boundedLine(error instanceof Error ? error.message : String(error))}`;
}

function refusalText({ status, body, access }: RefusedRequest): string {
  const message = serverMessage(body);
  const details = message === undefined ? '' : ` It says: ${boundedLine(message)}`;
  if (status === 401) return `does not accept the credentials of the kubeconfig (401).${details}`;
  if (status === 403 && access) {
    const what = `${access.verb} ${access.resource.plural} of ${access.resource.group}`;
    return `does not allow Fairlead to ${what} (403): the rule \`${ruleFor(access)}\` is missing. ${sentence(remedies.bindClusterRole)}${details}`;
  }
  return `answers with HTTP ${status}.${details}`;
}

/** Reads the message of a Kubernetes `Status`. Whatever else is in a body is not repeated. */
function serverMessage(body: string): string | undefined {
  const status = parseJson(body);
  if (typeof status !== 'object' || status === null || !('message' in status)) return undefined;
  return typeof status.message === 'string' ? status.message : undefined;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The body is no Status: an HTML page of a proxy says nothing that helps here.
    return undefined;
  }
}

/** Reads the code of a system or TLS error, which fetch may have wrapped. */
function networkCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return networkCode(error.cause);
}
