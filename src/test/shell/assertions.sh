# Sourced by the shell tests: counts checks, prints what differs, and ends with the tally.
checks=0
failures=0

# check <what it proves> <expected> <actual>
check() {
  checks=$((checks + 1))
  if [ "$2" != "$3" ]; then
    failures=$((failures + 1))
    printf 'FAILED: %s\n  expected: %s\n  actual:   %s\n' "$1" "$2" "$3"
  fi
}

# check_contains <what it proves> <part> <text>
check_contains() {
  case $3 in
    *"$2"*) check "$1" same same ;;
    *) check "$1" "text containing '$2'" "$3" ;;
  esac
}

finish() {
  printf '%s checks, %s failed\n' "$checks" "$failures"
  [ "$checks" -gt 0 ] && [ "$failures" -eq 0 ]
}
