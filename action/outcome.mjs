/** Says what a command came to: outputs of the step, lines for the log, and whether the job goes on. Pure. */

/** The exit code of `fairlead diff` that says that there are differences, which fails no job. */
const differences = 6;

/** Answers outputs, lines and the exit code of the step. `out`: the JSON of the command, where it prints some. */
export function outcomeOf({ command, readsJson }, { code, out }) {
  const outputs = { 'exit-code': String(code) };
  if (command === 'diff' && (code === 0 || code === differences))
    return { outputs: { ...outputs, state: code === 0 ? 'same' : 'different' }, lines: [], code: 0 };
  if (!readsJson) return { outputs, lines: [], code };
  const answer = parsed(out);
  if (answer === undefined) return { outputs, lines: [out], code };
  const { error, id = '', url = '', state = '' } = answer;
  if (error) return { outputs, lines: [annotation(command, error.message)], code };
  return {
    outputs: { ...outputs, id, url, state },
    lines: [`${id}: ${state}`, ...environmentLines(answer), ...(url === '' ? [] : [url])],
    code,
  };
}

function environmentLines({ environments = [] }) {
  return environments.map(({ environment, state, request }) =>
    `  ${environment}: ${state} ${request?.url ?? ''}`.trimEnd(),
  );
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A line of the log that GitHub shows at the top of the job. What it says stays one line. */
export function annotation(title, message) {
  const escaped = String(message).replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
  return `::error title=fairlead ${title}::${escaped}`;
}

/** Lines for the file of outputs: one line each, whatever the values have. */
export function outputLines(outputs) {
  return Object.entries(outputs)
    .map(([name, value]) => `${name}=${String(value).replace(/[\r\n]+/g, ' ')}\n`)
    .join('');
}

/** Text of others in the log, without what the runner would take for a command of its own: `##[` is one anywhere in a line. */
export function logText(text) {
  return text.replace(/^(\s*)::/gm, '$1\u200b::').replaceAll('##[', '##\u200b[');
}
