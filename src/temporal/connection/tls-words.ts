import { X509Certificate } from 'node:crypto';
import { tlsTrouble } from '../../tls-words.ts';
import { type TlsSettings, tlsSettings } from './config.ts';

/** The error of a server that ended a connection after TLS was agreed on, before it said anything. */
export const closedAfterHandshake = 'CLOSED_AFTER_HANDSHAKE';

/** Codes by which a server that looks at client certificates ends a connection, some of them without a word. */
const silentEnds: readonly string[] = [closedAfterHandshake, 'ECONNRESET', 'EPIPE'];

/** The alerts of TLS (RFC 8446, 6.2) that speak of the client's certificate. OpenSSL puts versions of TLS before them. */
const certificateAlert =
  /ALERT_(?:CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNSUPPORTED_CERTIFICATE|CERTIFICATE_(?:REVOKED|EXPIRED|UNKNOWN)|UNKNOWN_CA|ACCESS_DENIED|DECRYPT_ERROR|HANDSHAKE_FAILURE)/;

/**
 * Says what an error of Node's means for TLS with Temporal, and which setting mends it; undefined: it says nothing of that.
 * `now`: the time, in milliseconds since 1970.
 */
export function temporalTlsTrouble(error: unknown, tls: TlsSettings, now = Date.now()): string | undefined {
  const code = codeOf(error);
  const ofServer = tlsTrouble(error, tlsSettings.authority);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return `${ofServer}: set TEMPORAL_ADDRESS to a name that stands in the certificate, or name it in ${tlsSettings.serverName}`;
  if (ofServer !== undefined || !tls) return ofServer;
  const pair = typeof tls === 'object' ? tls.clientCertPair : undefined;
  const isAlert = certificateAlert.test(code);
  if (isAlert || isSilentEnd(error)) return pair ? refused(pair.crt, code, now) : missing(isAlert, code);
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO')
    return `it does not answer with TLS (${code}): set TEMPORAL_TLS=false if it speaks without, or TEMPORAL_ADDRESS to the port that speaks it`;
  if (/^ERR_SSL_/.test(code)) return `TLS cannot be agreed on (${code})`;
  return undefined;
}

/** Tells whether a server ended a connection without a word. */
export function isSilentEnd(error: unknown): boolean {
  return silentEnds.includes(codeOf(error));
}

/** Tells whether what came of TLS with a server shows that it speaks TLS. `error`: undefined where it was agreed on. */
export function speaksTls(error: unknown): boolean {
  return error === undefined || tlsTrouble(error, '') !== undefined || /^ERR_SSL_.*ALERT_/.test(codeOf(error));
}

function missing(isAlert: boolean, code: string): string {
  const asks = isAlert
    ? `it asks for a client certificate, and none is set (${code})`
    : `it ends the connection after the greeting of TLS (${code}), as one does that asks for a client certificate, and none is set`;
  return `${asks}: name one in ${tlsSettings.certificate}, and its key in ${tlsSettings.key}`;
}

function refused(pem: Uint8Array, code: string, now: number): string {
  const { validFrom, validTo, issuer } = new X509Certificate(pem);
  const setting = tlsSettings.certificate;
  const day = (date: string) => new Date(date).toISOString().slice(0, 10);
  if (Date.parse(validTo) < now)
    return `the client certificate expired on ${day(validTo)} (${code}): name a new one in ${setting}`;
  if (Date.parse(validFrom) > now)
    return `the client certificate is valid from ${day(validFrom)} on (${code}): compare the clocks, or name another one in ${setting}`;
  return `it does not accept the client certificate, which is of "${issuer.replaceAll('\n', ', ')}" (${code}): name one in ${setting} that it knows the authority of`;
}

function codeOf(error: unknown): string {
  for (let each: unknown = error; each instanceof Error; each = each.cause)
    if ('code' in each && typeof each.code === 'string') return each.code;
  return '';
}
