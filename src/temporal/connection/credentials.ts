import { Failure } from '../../failure.ts';
import { type GrpcError, grpcCodes } from '../grpc-error.ts';
import { type ConnectConfig, tlsSettings } from './config.ts';

/** What a connection shows to Temporal of who it is. */
export interface SentCredentials {
  readonly certificate: boolean;
  readonly apiKey: boolean;
  /** Takes out of a text what must not be told: a server may repeat what it was sent. */
  readonly hide: (text: string) => string;
}

/** Answers what a connection shows to Temporal by its settings. */
export function sentCredentials({ connectionOptions }: ConnectConfig): SentCredentials {
  const { apiKey, metadata = {}, tls } = connectionOptions;
  const secrets = [apiKey, ...Object.values(metadata)].filter((each): each is string => typeof each === 'string');
  const parts = secrets.flatMap((each) => [each, each.replace(/^\w+ /, '')]).filter((each) => each.length >= 3);
  return {
    certificate: typeof tls === 'object' && tls !== null && tls.clientCertPair != null,
    apiKey: apiKey !== undefined,
    hide: (text) => parts.reduce((shown, secret) => shown.replaceAll(secret, '***'), text),
  };
}

/** Where Temporal is, and what it is shown. */
export interface TemporalPlace {
  readonly address: string;
  readonly namespace: string;
  readonly credentials?: SentCredentials;
}

/** Makes the failure of a call that Temporal refuses because of who calls; undefined: that is not what it says. */
export function refusedCredentials(
  { code, details: words }: GrpcError,
  place: TemporalPlace,
  cause: unknown,
): Failure | undefined {
  const { address, namespace, credentials } = place;
  const told = credentials?.hide(words) ?? words;
  const details = told === '' ? '' : ` (${told.replace(/\.?\s*$/, '')})`;
  const failure = (message: string) => new Failure('Unauthorized', message, { cause });
  if (code === grpcCodes.denied)
    return failure(
      `Temporal at ${address} does not let ${caller(credentials)} do this in the namespace "${namespace}"${details}. ${remedy(credentials)}, and that TEMPORAL_NAMESPACE is the one it is for.`,
    );
  if (code === grpcCodes.unauthenticated)
    return failure(`Temporal at ${address} refuses ${caller(credentials)}${details}. ${remedy(credentials)}.`);
  return undefined;
}

function caller(credentials: SentCredentials | undefined): string {
  if (credentials?.apiKey) return 'this API key';
  if (credentials?.certificate) return 'this client certificate';
  return 'a caller without an API key';
}

function remedy(credentials: SentCredentials | undefined): string {
  if (credentials?.apiKey) return 'See that the key of TEMPORAL_API_KEY has not expired, nor been disabled';
  if (credentials?.certificate) return `See that the certificate of ${tlsSettings.certificate} is one that it accepts`;
  return `Set TEMPORAL_API_KEY, or name a client certificate in ${tlsSettings.certificate} and its key in ${tlsSettings.key}`;
}
