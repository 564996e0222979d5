import { describe, expect, it } from 'vitest';
import { privateAuthority } from '../../../../fakes/flux/kubernetes/certificate.ts';
import { speaksTls, temporalTlsTrouble } from '../../../../src/temporal/connection/tls-words.ts';

const day = 24 * 3_600_000;
const authority = privateAuthority('Our authority');
const coded = (code: string) => Object.assign(new Error('told'), { code });
const withPair = (valid?: { readonly from: number; readonly until: number }) => ({
  clientCertPair: { crt: Buffer.from(authority.issue(['worker'], valid).certificate), key: Buffer.from('') },
});

describe('What a server says against the client certificate', () => {
  // As OpenSSL names the alerts of TLS 1.3, TLS 1.2, and in its newer versions.
  it.each([
    'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
    'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE',
    'ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE',
    'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED',
    'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN',
    'ERR_SSL_TLSV1_ALERT_ACCESS_DENIED',
  ])('is told with the setting: %s', (code) => {
    expect(temporalTlsTrouble(coded(code), true)).toBe(
      `it asks for a client certificate, and none is set (${code}): name one in TEMPORAL_TLS_CLIENT_CERT_PATH, and its key in TEMPORAL_TLS_CLIENT_KEY_PATH`,
    );
    expect(temporalTlsTrouble(coded(code), withPair())).toBe(
      `it does not accept the client certificate, which is of "CN=Our authority" (${code}): name one in TEMPORAL_TLS_CLIENT_CERT_PATH that it knows the authority of`,
    );
    expect(speaksTls(coded(code))).toBe(true);
  });

  it.each([
    [{ from: Date.now() - 9 * day, until: Date.now() - day }, /^the client certificate expired on \d{4}-\d\d-\d\d \(/],
    [
      { from: Date.now() + day, until: Date.now() + 9 * day },
      /^the client certificate is valid from \d{4}.*compare the clocks/,
    ],
  ])('is its time, where that is over or to come', (valid, words) => {
    for (const code of ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'ECONNRESET'])
      expect(temporalTlsTrouble(coded(code), withPair(valid))).toMatch(words);
  });

  it('is taken for it where the server hangs up without a word, and says so', () => {
    expect(temporalTlsTrouble(coded('ECONNRESET'), true)).toMatch(
      /^it ends the connection after the greeting of TLS .*as one does that asks for a client certificate/,
    );
    expect(temporalTlsTrouble(coded('ECONNRESET'), undefined)).toBeUndefined();
  });
});

describe('What is not about certificates', () => {
  it.each([
    ['ERR_SSL_WRONG_VERSION_NUMBER', /does not answer with TLS .*TEMPORAL_TLS=false/],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', /^TLS cannot be agreed on \(ERR_SSL_UNSUPPORTED_PROTOCOL\)$/],
  ])('is told as what it is: %s', (code, words) => {
    expect(temporalTlsTrouble(coded(code), true)).toMatch(words);
  });

  it.each(['ECONNREFUSED', 'ENOTFOUND', 'ETIMEDOUT'])('is no trouble of TLS: %s', (code) => {
    expect(temporalTlsTrouble(coded(code), withPair())).toBeUndefined();
    expect(speaksTls(coded(code))).toBe(false);
  });
});
