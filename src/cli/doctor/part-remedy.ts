/** What a message of a `Failure` says in two parts; undefined: it has no remedy of its own. */
interface Parts {
  readonly detail: string;
  readonly remedy?: string | undefined;
}

/** What another program said, which stands behind the remedy. */
const quoted = / (?:git says|It says): [\s\S]*$/;

/**
 * Parts a message of a `Failure` into what is wrong and what mends it, which is its last sentence. Of a message of several lines,
 * each has its own: it stays as it is.
 */
export function partRemedy(message: string): Parts {
  const text = message.trim();
  if (text.includes('\n')) return { detail: text };
  const words = quoted.exec(text)?.[0] ?? '';
  const said = text.slice(0, text.length - words.length);
  const end = [...said.matchAll(/[.)] (?=[A-Z])/g)].at(-1);
  if (end === undefined) return { detail: text };
  const at = end.index + 1;
  return { detail: `${said.slice(0, at)}${words}`, remedy: said.slice(at + 1) };
}
