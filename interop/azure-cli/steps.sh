# Steps of a tour: each runs in a shell of its own that ends with its first failure, and is said in one line.

failed=0

step() {
  local name=$1 code
  (set -euo pipefail; "$2") >step.log 2>&1
  code=$?
  if [ "$code" -eq 0 ]; then
    echo "ok $name"
  else
    failed=$((failed + 1))
    echo "not ok $name: $(tail -n 5 step.log | tr '\n' ' ')"
  fi
}

same() {
  [ "$1" = "$2" ] && return
  echo "'$1' instead of '$2'"
  return 1
}

# refused CODE az … : the command must fail, and name the code of Key Vault.
refused() {
  local code=$1 said
  if said=$("${@:2}" 2>&1); then
    echo "$* was not refused: $said"
    return 1
  fi
  case $said in
  *"$code"*) ;;
  *)
    echo "refused without $code: $said"
    return 1
    ;;
  esac
}

# One member of an answer, as plain text.
member() { az "${@:2}" --query "$1" --output tsv; }
