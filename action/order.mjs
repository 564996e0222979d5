/** Reads what a workflow asks of the action. Pure: nothing is looked at but the inputs and the variables of the job. */

/** The inputs that each command has beside those that all have. */
const own = {
  promote: ['commit', 'wait', 'timeout'],
  'apply-config': ['environment', 'commit', 'wait', 'timeout'],
  diff: ['environment', 'comment'],
  validate: ['environment'],
};
/** Those that only some commands have, and that are left out by themselves: flags always say something. */
const optional = ['environment', 'commit', 'timeout'];

/** A sentence for the person who wrote the workflow. */
export class InputError extends Error {}

/** Answers what an input says, as action.yml hands it on; '' if it is left out. */
function inputOf(env, name) {
  return (env[`FAIRLEAD_ACTION_${name.toUpperCase().replaceAll('-', '_')}`] ?? '').trim();
}

/**
 * Answers the command line of `fairlead`, the variables that it gets, and what of a release it needs. Throws `InputError`.
 * `ownVersion`: the release that the action belongs to.
 */
export function orderOf(env, ownVersion) {
  const input = (name) => inputOf(env, name);
  const command = input('command');
  if (!Object.hasOwn(own, command))
    throw new InputError(`command is ${JSON.stringify(command)}: write one of ${Object.keys(own).join(', ')}.`);
  for (const name of optional)
    if (!own[command].includes(name) && input(name) !== '')
      throw new InputError(`${name} is no input of ${command}: leave it out.`);
  if (input('timeout') !== '' && input('wait') !== 'true')
    throw new InputError('timeout is of no use without wait: true, because the command does not wait.');
  const version = (input('version') || ownVersion).replace(/^v/, '');
  if (!/^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/.test(version))
    throw new InputError(`version is ${JSON.stringify(version)}: write a release such as 0.1.0.`);
  return {
    command,
    args: [command, ...argumentsOf(command, env)],
    // Their outcome is read from JSON; a diff and a validation are for people, in the log of the job.
    readsJson: command === 'promote' || command === 'apply-config',
    needsRenderer: command === 'diff' || command === 'validate',
    directory: input('working-directory') || '.',
    variables: input('source') === '' ? {} : { FAIRLEAD_SOURCE: input('source') },
    settings: settingsOf(env),
    release: { version, download: downloadOf(input('download'), input('checksum')), checksum: input('checksum') },
  };
}

function argumentsOf(command, env) {
  const input = (name) => inputOf(env, name);
  const option = (name) => (own[command].includes(name) && input(name) !== '' ? [`--${name}=${input(name)}`] : []);
  const is = (name) => own[command].includes(name) && flagOf(name, input(name));
  const forRequest = /^refs\/pull\/\d+\//.test(env.GITHUB_REF ?? '');
  return [
    ...option('environment'),
    ...option('commit'),
    ...(is('wait') ? ['--wait', ...option('timeout')] : []),
    ...(command === 'validate' ? ['--strict', '--render'] : []),
    ...(command === 'promote' || command === 'apply-config' ? ['--json'] : []),
    ...(is('comment') && forRequest ? ['--comment'] : []),
    ...(command !== 'validate' && env.GITHUB_STEP_SUMMARY ? [`--summary=${env.GITHUB_STEP_SUMMARY}`] : []),
    ...input('arguments')
      .split('\n')
      .map((line) => line.trim())
      .filter((line) => line !== ''),
  ];
}

function flagOf(name, text) {
  if (text === 'true' || text === 'false' || text === '') return text === 'true';
  throw new InputError(`${name} is ${JSON.stringify(text)}: write true or false.`);
}

/**
 * Answers the settings of the command line where the job names none: the forge whose job this is. Undefined: FAIRLEAD_SETTINGS
 * names a file.
 */
function settingsOf(env) {
  const temporalUi = inputOf(env, 'temporal-ui');
  if (env.FAIRLEAD_SETTINGS) {
    if (temporalUi === '') return undefined;
    throw new InputError(
      `temporal-ui is written in the file that FAIRLEAD_SETTINGS names, as temporalUi: leave it out.`,
    );
  }
  const { GITHUB_SERVER_URL: server, GITHUB_API_URL: api } = env;
  const kind = env.GITEA_ACTIONS === 'true' ? 'gitea' : env.FORGEJO_ACTIONS === 'true' ? 'forgejo' : 'github';
  const forge = server && api && { host: new URL(server).host, kind, api: api.replace(/\/+$/, ''), token: tokenHere };
  return {
    apiVersion: 'fairlead.dev/v1',
    kind: 'Worker',
    ...(forge && { forges: [forge] }),
    ...(temporalUi !== '' && { temporalUi }),
  };
}

const tokenHere = { env: 'GITHUB_TOKEN' };

/** What is not encrypted may be another's on its way: only with the checksum, or from this machine. */
function downloadOf(text, checksum) {
  if (checksum !== '' && !/^[0-9a-f]{64}$/i.test(checksum))
    throw new InputError('checksum is no SHA-256: write the 64 digits that `sha256sum SHA256SUMS` prints.');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['https:', 'http:', 'file:'].includes(url.protocol))
    throw new InputError(`download is ${JSON.stringify(text)}: write an https URL.`);
  const isSafe = url.protocol !== 'http:' || ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (!isSafe && checksum === '')
    throw new InputError(
      `download is ${text}, which anybody on the way can change: write an https URL, or the checksum.`,
    );
  return text.replace(/\/+$/, '');
}
