/** The style sheet; it is part of each page, so that a page is one answer. */
export const style = `
:root { --line: #d0d7de; --soft: #f6f8fa; --text: #1f2328; --dim: #59636e; --link: #0969da; color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; font: 15px/1.5 system-ui, sans-serif; color: var(--text); background: #fff; }
header { background: #1f2328; padding: 12px 24px; }
header a { color: #fff; font-weight: 600; }
header span { color: #9ea7b3; margin-left: 12px; }
main { max-width: 1100px; margin: 24px auto; padding: 0 24px; }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
h1 { font-size: 24px; font-weight: 500; margin: 0 0 8px; overflow-wrap: anywhere; }
h1 small, .dim { color: var(--dim); font-weight: 400; }
code, pre { font: 12px/1.5 ui-monospace, monospace; }
code { background: var(--soft); border-radius: 6px; padding: 2px 6px; overflow-wrap: anywhere; }
.box { border: 1px solid var(--line); border-radius: 8px; margin: 16px 0; overflow: hidden; }
.box > h2 { font-size: 14px; margin: 0; padding: 8px 16px; background: var(--soft); border-bottom: 1px solid var(--line); }
.box > div, .row { padding: 12px 16px; }
.row + .row { border-top: 1px solid var(--line); }
.state { display: inline-block; border-radius: 16px; padding: 3px 12px; color: #fff; font-size: 13px; font-weight: 600; }
.open { background: #1a7f37; } .merged { background: #8250df; } .closed { background: #cf222e; }
.label { border-radius: 12px; padding: 1px 9px; font-size: 12px; font-weight: 600; color: #fff; margin-left: 6px; }
.text { overflow-wrap: anywhere; }
.text h3 { font-size: 16px; margin: 16px 0 4px; } .text ul { margin: 4px 0; padding-left: 24px; } .text p { margin: 6px 0; }
.text blockquote { margin: 8px 0; padding: 4px 14px; border-left: 4px solid #d4a72c; background: #fff8c5; }
.text pre { background: var(--soft); padding: 10px; overflow-x: auto; } hr { border: 0; border-top: 1px solid var(--line); }
.diff { margin: 0; overflow-x: auto; padding: 8px 0; }
.diff span { display: block; padding: 0 16px; white-space: pre; min-width: max-content; }
.diff .add { background: #e6ffec; } .diff .del { background: #ffebe9; } .diff .hunk { background: #ddf4ff; color: var(--dim); }
.actions { display: flex; gap: 8px; flex-wrap: wrap; align-items: center; }
button, select { font: inherit; padding: 5px 14px; border: 1px solid var(--line); border-radius: 6px; background: var(--soft); cursor: pointer; }
button.main { background: #1f883d; border-color: #1a7f37; color: #fff; }
.notice { background: #fff8c5; border: 1px solid #d4a72c; border-radius: 8px; padding: 10px 16px; margin: 16px 0; }
`;
