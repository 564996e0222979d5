/** What Node's errors say about a certificate, by their codes, where another authority would mend it. */
const unknownAuthority: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an authority that is not known here',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate is of an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT: 'its certificate is of an authority that is not known here',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an authority that is not known here',
};

const wrongCertificate: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: compare the clocks',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another host name',
};

/**
 * Says what an error means where a server's certificate is not trusted, and what to do; undefined: it says nothing of
 * that. `setting` is where an authority is named: `NODE_EXTRA_CA_CERTS`.
 */
export function tlsTrouble(error: unknown, setting: string): string | undefined {
  for (let each: unknown = error; each instanceof Error; each = each.cause) {
    const code = 'code' in each ? String(each.code) : '';
    const unknown = unknownAuthority[code];
    if (unknown !== undefined) return `${unknown} (${code}): name a file with its authority in ${setting}`;
    const wrong = wrongCertificate[code];
    if (wrong !== undefined) return `${wrong} (${code})`;
  }
  return undefined;
}
