# Completion of severance-kg for bash: source this file, or put it into ~/.local/share/bash-completion/completions/severance-kg.
# What fits comes from the command itself, so that it always knows its own options and the names in its graph.
_severance_kg() {
  local line
  COMPREPLY=()
  while IFS= read -r line; do
    [ -n "$line" ] && COMPREPLY+=("$line")
  done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _severance_kg severance-kg
