/** The length from which a document is not parsed as a whole, only to learn which object it is. */
const longDocument = 64 * 1024;

const headFields: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata']);

/** Parts a file into its YAML documents. */
export function documentTexts(text: string): readonly string[] {
  return text.split(/^---[ \t]*$\n?/m);
}

const otherBreaks = /[\u0085\u2028\u2029]/g;

/**
 * Writes line feeds for the other ends of lines of YAML 1.1: kustomize prints them as they are, also before the next field, and Flux reads
 * them as such; parsers of YAML 1.2, and whoever looks for lines, do not. A quote that stands behind them on a line of its own goes back
 * to its text.
 */
export function withLineFeeds(document: string): string {
  const fed = document.replace(otherBreaks, '\n');
  return fed === document ? document : fed.replace(/\n+'$/gm, "'");
}

/**
 * Answers what of a document says which object it is: of a long one, such as a ConfigMap of megabytes, the fields
 * apiVersion, kind and metadata alone. One that is short, a list of objects, or not written as kustomize prints it, is
 * answered as it is.
 */
export function objectHead(written: string): string {
  const document = withLineFeeds(written);
  if (document.length <= longDocument) return document;
  const head: string[] = [];
  let isWanted = false;
  for (let start = 0; start < document.length; ) {
    const end = document.indexOf('\n', start);
    const line = document.slice(start, end < 0 ? document.length : end + 1);
    start += line.length;
    if (/^(---|\.\.\.)/.test(line)) return document;
    // What is indented, or an item of a list, belongs to the field above.
    if (/^[^\s#-]/.test(line)) {
      const field = /^([A-Za-z][\w.-]*):(?:\s|$)/.exec(line)?.[1];
      if (field === undefined || field === 'items') return document;
      isWanted = headFields.has(field);
    }
    if (isWanted) head.push(line);
  }
  return head.join('');
}
