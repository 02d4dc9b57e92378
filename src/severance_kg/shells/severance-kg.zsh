#compdef severance-kg
# Completion of severance-kg for zsh: put this file into a folder of $fpath as _severance-kg, or source it after compinit.
_severance_kg() {
  local -a found
  found=("${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}")
  found=("${(@)found:#}")
  if (( ${#found} )); then
    compadd -- "${(@)found}"
  else
    _files
  fi
}
if [ "${funcstack[1]-}" = "_severance-kg" ]; then
  _severance_kg "$@"
else
  compdef _severance_kg severance-kg
fi
