import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

export interface ServerCertificate {
  /** The certificate as PEM; it is also the authority that clients trust. */
  readonly certificate: string;
  readonly key: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** An authority that signs the certificates of servers. */
export interface PrivateAuthority {
  /** Its own certificate, as PEM. */
  readonly certificate: string;
  /** Makes the certificate of a server for these hosts, or of a client; it is valid now, unless `valid` says otherwise. */
  issue(hosts: readonly string[], valid?: Validity): ServerCertificate;
}

/** From when until when a certificate is valid, in milliseconds since 1970. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

/** Makes a self-signed certificate for 127.0.0.1 and localhost, anew for each run, so that no key is ever kept. */
export function selfSignedCertificate(commonName: string): ServerCertificate {
  const { publicKey, privateKey } = newKeys();
  const name = distinguishedName(commonName);
  const extensions = [basicConstraints(), alternativeNames([])];
  const certificate = signed({ subject: name, issuer: name, publicKey, extensions }, privateKey);
  return { certificate, key: pemKey(privateKey) };
}

/** Makes an authority that nobody knows yet. Its certificates are for 127.0.0.1 and localhost, too. */
export function privateAuthority(commonName: string): PrivateAuthority {
  const own = newKeys();
  const issuer = distinguishedName(commonName);
  const extensions = [basicConstraints()];
  return {
    certificate: signed({ subject: issuer, issuer, publicKey: own.publicKey, extensions }, own.privateKey),
    issue(hosts, valid) {
      const { publicKey, privateKey } = newKeys();
      const subject = distinguishedName(hosts[0] ?? 'localhost');
      const content = { subject, issuer, publicKey, extensions: [alternativeNames(hosts)], valid };
      return { certificate: signed(content, own.privateKey), key: pemKey(privateKey) };
    },
  };
}

interface CertificateContent {
  readonly subject: Buffer;
  readonly issuer: Buffer;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Buffer[];
  readonly valid?: Validity;
}

function signed(content: CertificateContent, issuerKey: KeyObject): string {
  const { subject, issuer, publicKey, extensions } = content;
  const { from, until } = content.valid ?? { from: Date.now() - DAY, until: Date.now() + 30 * DAY };
  const ecdsaWithSha256 = derSequence(objectId('2a8648ce3d040302'));
  const inner = derSequence(
    derValue(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    ecdsaWithSha256,
    issuer,
    derSequence(time(from), time(until)),
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    derValue(0xa3, derSequence(...extensions)),
  );
  const signature = sign('sha256', inner, issuerKey);
  return pem(
    'CERTIFICATE',
    derSequence(inner, ecdsaWithSha256, derValue(0x03, Buffer.concat([Buffer.of(0), signature]))),
  );
}

function newKeys() {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' });
}

function pemKey(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function distinguishedName(commonName: string): Buffer {
  return derSequence(derSet(derSequence(objectId('550403'), derValue(0x0c, Buffer.from(commonName)))));
}

/** The extension CA is true: of an authority, and of what clients trust as its own one. */
function basicConstraints(): Buffer {
  const critical = Buffer.of(0x01, 0x01, 0xff);
  return derSequence(objectId('551d13'), critical, derValue(0x04, derSequence(Buffer.of(0x01, 0x01, 0xff))));
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const hostNames = ['localhost', ...hosts].map((host) => derValue(0x82, Buffer.from(host)));
  const names = derSequence(...hostNames, derValue(0x87, Buffer.of(127, 0, 0, 1)));
  return derSequence(objectId('551d11'), derValue(0x04, names));
}

// ASN.1 in its DER form (X.690); structure of a certificate: RFC 5280, section 4.1.
function derValue(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const size = content.length;
  const length = size < 0x80 ? [size] : size < 0x100 ? [0x81, size] : [0x82, size >> 8, size & 0xff];
  return Buffer.concat([Buffer.of(tag, ...length), content]);
}

function derSequence(...contents: readonly Buffer[]): Buffer {
  return derValue(0x30, ...contents);
}

function derSet(...contents: readonly Buffer[]): Buffer {
  return derValue(0x31, ...contents);
}

function integer(bytes: Buffer): Buffer {
  return derValue(0x02, bytes);
}

function objectId(hex: string): Buffer {
  return derValue(0x06, Buffer.from(hex, 'hex'));
}

function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/\D/g, '').slice(0, 14);
  return derValue(0x18, Buffer.from(`${digits}Z`));
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
