/** The shells for which there is a script. */
export const shells = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof shells)[number];

/*
 * Each script hands the words that are typed to `fairlead complete`, and takes its lines, `value TAB description`, as they are:
 * nothing that is typed or answered is evaluated. Where nothing is answered the shell completes files.
 */

/** bash breaks words at ":" and "=", which ids and options have, and replaces the last piece alone. */
const bash = `# bash completion of fairlead. In ~/.bashrc: source <(fairlead completion bash)
_fairlead() {
  local line=\${COMP_LINE:0:COMP_POINT} piece=\${COMP_WORDS[COMP_CWORD]} value rest
  local -a words
  read -ra words <<<"$line"
  [[ $line == *[[:space:]] ]] && words+=('')
  [[ $piece == [:=] ]] && piece=
  local current=\${words[\${#words[@]}-1]}
  local kept=\${current%"$piece"}
  COMPREPLY=()
  while IFS=$'\\t' read -r value rest; do
    printf -v value %q "\${value#"$kept"}"
    COMPREPLY+=("$value")
  done < <("\${words[0]}" complete -- "\${words[@]:1}" 2>/dev/null)
}
complete -o default -F _fairlead fairlead
`;

const zsh = `#compdef fairlead
# zsh completion of fairlead. In ~/.zshrc, after compinit: source <(fairlead completion zsh)
_fairlead() {
  local -a found
  local value description
  while IFS=$'\\t' read -r value description; do
    found+=("\${value//:/\\\\:}:$description")
  done < <("\${words[1]}" complete -- "\${(@Q)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe fairlead found; else _files; fi
}
if [[ \${funcstack[1]} == _fairlead ]]; then _fairlead "$@"; else compdef _fairlead fairlead; fi
`;

const fish = `# fish completion of fairlead. fairlead completion fish > ~/.config/fish/completions/fairlead.fish
function __fairlead_complete
    set -l words (commandline -opc) (commandline -ct)
    set -l found (command $words[1] complete -- $words[2..] 2>/dev/null)
    if test (count $found) -gt 0
        printf '%s\\n' $found
    else
        __fish_complete_path (commandline -ct)
    end
end
complete -c fairlead -f -a '(__fairlead_complete)'
`;

/** The script of each shell. */
export const completionScripts: Readonly<Record<Shell, string>> = { bash, zsh, fish };
