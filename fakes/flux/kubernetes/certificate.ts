import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';

export interface ServerCertificate {
  /** The certificate as PEM; it is also the authority that clients trust. */
  readonly certificate: string;
  readonly key: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** Makes a self-signed certificate for 127.0.0.1 and localhost, anew for each run, so that no key is ever kept. */
export function selfSignedCertificate(commonName: string): ServerCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = derSequence(derSet(derSequence(objectId('550403'), derValue(0x0c, Buffer.from(commonName)))));
  const ecdsaWithSha256 = derSequence(objectId('2a8648ce3d040302'));
  const content = derSequence(
    derValue(0xa0, integer(Buffer.of(2))),
    integer(Buffer.concat([Buffer.of(1), randomBytes(15)])),
    ecdsaWithSha256,
    name,
    derSequence(time(Date.now() - DAY), time(Date.now() + 30 * DAY)),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    derValue(0xa3, derSequence(basicConstraints(), alternativeNames())),
  );
  const signature = sign('sha256', content, privateKey);
  const der = derSequence(content, ecdsaWithSha256, derValue(0x03, Buffer.concat([Buffer.of(0), signature])));
  return { certificate: pem('CERTIFICATE', der), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

/** The extension CA is true, because clients trust the certificate as its own authority. */
function basicConstraints(): Buffer {
  const critical = Buffer.of(0x01, 0x01, 0xff);
  return derSequence(objectId('551d13'), critical, derValue(0x04, derSequence(Buffer.of(0x01, 0x01, 0xff))));
}

function alternativeNames(): Buffer {
  const names = derSequence(derValue(0x82, Buffer.from('localhost')), derValue(0x87, Buffer.of(127, 0, 0, 1)));
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
