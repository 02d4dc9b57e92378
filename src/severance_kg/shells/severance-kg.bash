# Completion of severance-kg for bash: source this file, or put it into ~/.local/share/bash-completion/completions/severance-kg.
# What fits comes from the command itself, so that it always knows its own options and the names in its graph.
_severance_kg() {
  local line i last=0 begun=""
  local -a words=("")
  COMPREPLY=()
  # Readline breaks words at colons and equals signs, and puts what is completed behind the last one: sev:Innie is three words here.
  for ((i = 1; i <= COMP_CWORD; i++)); do
    if ((i > 1)) && [[ ${COMP_WORDS[i]} == :* || ${words[last]} == *: || ${words[last]} == --*= ||
      (${COMP_WORDS[i]} == = && ${words[last]} == --*) ]]; then
      words[last]+=${COMP_WORDS[i]}
    else
      ((i > 1)) && last=$((last + 1))
      words[last]=${COMP_WORDS[i]}
    fi
  done
  [[ ${words[last]} == --*=* && $COMP_WORDBREAKS == *=* ]] && begun="${words[last]%%=*}="
  [[ ${words[last]} == *:* && $COMP_WORDBREAKS == *:* ]] && begun="${words[last]%:*}:"
  while IFS= read -r line; do
    [ -n "$line" ] && COMPREPLY+=("${line#"$begun"}")
  done < <("${COMP_WORDS[0]}" __complete "${words[@]}" 2>/dev/null)
}
complete -o bashdefault -o default -F _severance_kg severance-kg
