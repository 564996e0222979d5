import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';

/** The DER of a private Ed25519 key, PKCS#8, without its 32 bytes. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');

/**
 * Reads a private Ed25519 key as `ssh-keygen -t ed25519 -N ''` writes it, or as PEM of PKCS#8; undefined where it is none, or is
 * encrypted. Nothing of the text is in an error.
 */
export function readSshKey(text: string): KeyObject | undefined {
  // An environment variable may hold the line breaks as people write them on one line.
  const pem = text.replaceAll('\\n', '\n');
  try {
    const seed = /BEGIN OPENSSH PRIVATE KEY/.test(pem) ? seedOf(pem) : undefined;
    const key =
      seed === undefined
        ? createPrivateKey({ key: pem, format: 'pem' })
        : createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
    return key.asymmetricKeyType === 'ed25519' ? key : undefined;
  } catch {
    // The error may quote what was read, which is a secret.
    return undefined;
  }
}

/**
 * Finds the 32 bytes of the key in OpenSSH's own format.
 * @see https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
 */
function seedOf(pem: string): Buffer {
  const bytes = Buffer.from(pem.replace(/-----[^-]+-----/g, ''), 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.toString('latin1', 0, magic.length) !== magic) throw new Error('not a key of OpenSSH');
  const outer = reader(bytes, magic.length);
  const cipher = outer.text();
  outer.text();
  outer.text();
  if (cipher !== 'none' || outer.number() !== 1) throw new Error('encrypted, or more than one key');
  outer.text();
  const inner = reader(outer.bytes(), 8);
  if (inner.text() !== 'ssh-ed25519') throw new Error('another kind of key');
  inner.bytes();
  return inner.bytes().subarray(0, 32);
}

/** Reads the parts of SSH's format one after the other: numbers, and bytes with their length before them. */
function reader(source: Buffer, start: number) {
  let at = start;
  const number = () => {
    at += 4;
    return source.readUInt32BE(at - 4);
  };
  const bytes = () => {
    const length = number();
    at += length;
    if (at > source.length) throw new Error('cut short');
    return source.subarray(at - length, at);
  };
  return { number, bytes, text: () => bytes().toString('latin1') };
}

/** Writes bytes with their length before them, as SSH does. */
export function sshString(content: Buffer | string): Buffer {
  const bytes = Buffer.from(content as string);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** Writes the public key of a private one in SSH's format. */
export function sshPublicKey(key: KeyObject): Buffer {
  const der = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return Buffer.concat([sshString('ssh-ed25519'), sshString(der.subarray(-32))]);
}
