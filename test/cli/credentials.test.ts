import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, describe, expect, inject, test } from 'vitest';
import { cliCommand } from '../../demo/rig/cli.ts';
import { privateAuthority, type ServerCertificate } from '../../fakes/flux/kubernetes/certificate.ts';
import { connectWorker } from '../../src/worker/connection.ts';
import { temporaryDirectory } from '../support/git.ts';
import { type FrontRules, temporalFront } from '../support/network/temporal-front.ts';
import { workflowBundle as bundleFile, productionWorkflows } from '../support/temporal-bundle.ts';
import { whileWorkersRun } from '../support/temporal-worker.ts';
import { fairlead } from '../unit/cli/test-io.ts';
import { sha, World } from '../workflows/support/world.ts';

const [authority, another] = [privateAuthority('The authority'), privateAuthority('Another authority')];
const day = 24 * 3_600_000;
const past = { from: Date.now() - 3 * day, until: Date.now() - day };
const apiKey = 'k3y-that-nobody-reads';
const codes = { denied: 7, unauthenticated: 16 };

const directory = temporaryDirectory('temporal-credentials');
const closing: (() => Promise<void>)[] = [];
afterAll(async () => {
  for (const close of closing) await close();
  directory.remove();
});

function file(name: string, content: string): string {
  const path = join(directory.path, name);
  writeFileSync(path, content);
  return path;
}

/** The settings of TLS with a client certificate; undefined: none. */
function tls(name: string, pair?: ServerCertificate): NodeJS.ProcessEnv {
  return {
    TEMPORAL_TLS: 'true',
    TEMPORAL_TLS_SERVER_CA_CERT_PATH: file(`${name}-authority.pem`, authority.certificate),
    ...(pair && {
      TEMPORAL_TLS_CLIENT_CERT_PATH: file(`${name}.pem`, pair.certificate),
      TEMPORAL_TLS_CLIENT_KEY_PATH: file(`${name}.key`, pair.key),
    }),
  };
}

/** Who calls without the key is not known; who has another one may not do this. The front repeats what it was sent. */
const keyed: FrontRules = {
  refuse: (sent) => {
    if (sent === `Bearer ${apiKey}`) return undefined;
    return sent === undefined
      ? { code: codes.unauthenticated, details: 'Request unauthorized.' }
      : { code: codes.denied, details: `Request unauthorized: ${sent}` };
  },
};
const mutual: FrontRules = { clientAuthority: authority.certificate };

/** Puts a front before Temporal, and answers the settings that lead there. */
async function front(rules: FrontRules, certificate = authority.issue([])) {
  const started = await temporalFront(certificate, inject('temporal').address, rules);
  closing.push(started.close);
  return { ...started, env: { TEMPORAL_ADDRESS: started.address } };
}

describe('Behind mTLS and an API key', () => {
  test('workers and commands work that have both', async () => {
    const { env, passed } = await front({ ...mutual, ...keyed });
    const taskQueue = `credentials-${Date.now()}`;
    const source = `https://forge.test/${taskQueue}/platform`;
    const own = { ...env, ...tls('both', authority.issue(['worker'])), TEMPORAL_API_KEY: apiKey };
    const { connection } = await connectWorker(own);
    const workflowBundle = { codePath: await bundleFile(inject('temporal').directory, productionWorkflows) };
    try {
      await whileWorkersRun({ connection, taskQueue, workflowBundle, activities: new World([['dev']]) }, async () => {
        const run = (...args: readonly string[]) =>
          fairlead(args, { env: { ...own, FAIRLEAD_TASK_QUEUE: taskQueue, FAIRLEAD_SOURCE: source } });
        expect(await run('setup')).toMatchObject({ code: 0 });
        expect(await run('promote', '--commit', sha(taskQueue), '--wait')).toMatchObject({ code: 0 });
        expect((await run('status', sha(taskQueue))).out).toContain('promoted');
      });
    } finally {
      await connection.close();
    }
    expect(passed()).toBeGreaterThan(20);
  });
});

/** What keeps each of them out: whose front it is, what is shown to it, and what is said of that. */
const refusals: readonly {
  readonly because: string;
  readonly rules?: FrontRules;
  readonly server?: ServerCertificate;
  readonly env: NodeJS.ProcessEnv;
  readonly type: string;
  readonly words: RegExp;
}[] = [
  {
    because: 'no API key is set',
    rules: keyed,
    env: tls('no-key'),
    type: 'Unauthorized',
    words:
      /^Temporal at localhost:\d+ refuses a caller without an API key \(Request unauthorized\)\. Set TEMPORAL_API_KEY, or/,
  },
  {
    because: 'the API key is another one',
    rules: keyed,
    env: { ...tls('other-key'), TEMPORAL_API_KEY: 's3cret-of-another' },
    type: 'Unauthorized',
    words:
      /does not let this API key do this in the namespace "default" \(Request unauthorized: Bearer \*\*\*\)\. See that the key of TEMPORAL_API_KEY has not expired/,
  },
  {
    because: 'a line break is part of the API key',
    rules: keyed,
    env: { ...tls('broken-key'), TEMPORAL_API_KEY: `${apiKey}\n` },
    type: 'InvalidConfig',
    words: /: TEMPORAL_API_KEY has a character that no key has, such as a line break/,
  },
  {
    because: 'no client certificate is set',
    rules: mutual,
    env: tls('no-certificate'),
    type: 'Unauthorized',
    words:
      /^The connection to Temporal at localhost:\d+ fails: it asks for a client certificate, and none is set \(ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED\): name one in TEMPORAL_TLS_CLIENT_CERT_PATH, and its key in TEMPORAL_TLS_CLIENT_KEY_PATH\.$/,
  },
  {
    because: 'the client certificate has expired',
    rules: mutual,
    env: tls('expired', authority.issue(['worker'], past)),
    type: 'Unauthorized',
    words:
      /fails: the client certificate expired on \d{4}-\d\d-\d\d \(.+\): name a new one in TEMPORAL_TLS_CLIENT_CERT_PATH\.$/,
  },
  {
    because: 'the client certificate is of another authority',
    rules: mutual,
    env: tls('strange', another.issue(['worker'])),
    type: 'Unauthorized',
    words: /does not accept the client certificate, which is of "CN=Another authority" .*TEMPORAL_TLS_CLIENT_CERT_PATH/,
  },
  {
    because: 'the key is not that of the certificate',
    rules: mutual,
    env: tls('mixed', { ...authority.issue(['worker']), key: another.issue([]).key }),
    type: 'InvalidConfig',
    words: /the key of TEMPORAL_TLS_CLIENT_KEY_PATH is not that of the certificate of TEMPORAL_TLS_CLIENT_CERT_PATH/,
  },
  {
    because: 'a certificate without its key is set',
    rules: mutual,
    env: { ...tls('half', authority.issue(['worker'])), TEMPORAL_TLS_CLIENT_KEY_PATH: undefined },
    type: 'InvalidConfig',
    words: /TEMPORAL_TLS_CLIENT_CERT_PATH is set, and TEMPORAL_TLS_CLIENT_KEY_PATH is not\. Set both\./,
  },
  {
    because: 'the file of the key holds something else',
    rules: mutual,
    env: tls('rubbish', { ...authority.issue(['worker']), key: 's3cret-of-another' }),
    type: 'InvalidConfig',
    words: /what TEMPORAL_TLS_CLIENT_KEY_PATH names holds no private key without a password in PEM form/,
  },
  {
    because: 'the file of the certificate is not there',
    rules: mutual,
    env: { ...tls('absent', authority.issue([])), TEMPORAL_TLS_CLIENT_CERT_PATH: '/does/not/exist.pem' },
    type: 'InvalidConfig',
    words: /the file "\/does\/not\/exist\.pem" of TEMPORAL_TLS_CLIENT_CERT_PATH cannot be read \(ENOENT\)/,
  },
  {
    because: "the server's authority is not known",
    env: { TEMPORAL_TLS: 'true' },
    type: 'Unauthorized',
    words:
      /its certificate is of an authority that is not known here.*: name a file with its authority in TEMPORAL_TLS_SERVER_CA_CERT_PATH\.$/,
  },
  {
    because: "the server's certificate has expired",
    server: authority.issue([], past),
    env: tls('old-server'),
    type: 'Unauthorized',
    words: /fails: its certificate has expired \(CERT_HAS_EXPIRED\)\.$/,
  },
  {
    because: "the server's certificate is for another name",
    env: { ...tls('other-name'), TEMPORAL_TLS_SERVER_NAME: 'temporal.example' },
    type: 'Unauthorized',
    words: /its certificate is for another host name .*: set TEMPORAL_ADDRESS to .* TEMPORAL_TLS_SERVER_NAME\.$/,
  },
  {
    because: 'the server speaks TLS alone',
    env: {},
    type: 'Unauthorized',
    words: /fails: it speaks TLS alone: set TEMPORAL_TLS=true\.$/,
  },
];

// A command waits five seconds for a connection: side by side.
describe.concurrent.each(refusals)('Where $because', ({ rules = {}, server, env, type, words }) => {
  const settings = async () => ({ ...(await front(rules, server)).env, ...env });

  test('a worker says so', async () => {
    const failure = await connectWorker(await settings()).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: type, message: expect.stringMatching(words) });
    expectNoSecret(String(failure));
  });

  test('a command says so', async () => {
    const { code, err, out } = await fairlead(['setup'], { env: await settings() });
    const said = expect.stringMatching(new RegExp(words, 'm'));
    expect({ code, err }).toEqual({ code: type === 'InvalidConfig' ? 2 : 3, err: said });
    expectNoSecret(`${err}${out}`);
  });
});

test('A server that speaks without TLS is told from one that is away', async () => {
  const env = { ...tls('plain-server'), TEMPORAL_ADDRESS: inject('temporal').address };
  const words = /fails: it does not answer with TLS \(.*\): set TEMPORAL_TLS=false if it speaks without/;
  await expect(connectWorker(env)).rejects.toMatchObject({ message: expect.stringMatching(words) });
  const away = { TEMPORAL_ADDRESS: '127.0.0.1:1' };
  await expect(connectWorker(away)).rejects.toMatchObject({
    type: 'Unavailable',
    message: expect.stringMatching(/^Temporal does not answer at 127\.0\.0\.1:1 /),
  });
});

describe('A worker in a process of its own', () => {
  test('ends with the sentence, and tells no secret', async () => {
    const { env } = await front(keyed);
    const [program, ...args] = cliCommand;
    const own = { ...env, ...tls('process'), TEMPORAL_API_KEY: 's3cret-of-another' };
    const { exitCode, stdout, stderr } = await execa(program, [...args, 'worker'], { env: own, reject: false });
    expect({ exitCode, said: stderr.split('\n').at(-1) }).toEqual({
      exitCode: 3,
      said: expect.stringMatching(/^Temporal at \S+ does not let this API key do this .*TEMPORAL_API_KEY/),
    });
    expectNoSecret(`${stdout}${stderr}`);
  });

  // The SDK asks again for a minute.
  test('ends when its key is refused while it works', async () => {
    let revoked = false;
    const { env, drop } = await front({
      refuse: (sent) => (revoked ? { code: codes.denied, details: `Request unauthorized: ${sent}` } : undefined),
    });
    const [program, ...args] = cliCommand;
    const own = { ...env, ...tls('revoked'), TEMPORAL_API_KEY: apiKey, FAIRLEAD_TASK_QUEUE: `revoked-${Date.now()}` };
    const child = execa(program, [...args, 'worker'], { env: own, reject: false, timeout: 220_000 });
    let log = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      log += chunk.toString();
    });
    await expect.poll(() => log, { timeout: 100_000 }).toContain('the worker polls');
    revoked = true;
    drop();
    const { exitCode } = await child;
    expect({ exitCode, said: log.trimEnd().split('\n').at(-1) }).toEqual({
      exitCode: 3,
      said: expect.stringMatching(/^Temporal at \S+ does not let this API key do this .*TEMPORAL_API_KEY/),
    });
    expectNoSecret(log);
  });
});

function expectNoSecret(text: string): void {
  expect(text).not.toMatch(/s3cret|k3y-that|PRIVATE KEY/);
}
