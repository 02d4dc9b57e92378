# Completion of severance-kg for fish: put this file into ~/.config/fish/completions/ as severance-kg.fish.
function __severance_kg_complete
    set -l words (commandline -opc)
    $words[1] __complete $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c severance-kg -a '(__severance_kg_complete)'
