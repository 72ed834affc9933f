#!/bin/bash
# Process 1 of the virtual machine, on the host's files: runs the stages that the kernel command
# line names, writes what they print into $OUT, and switches the machine off.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/tmp LANG=C.UTF-8
for word in $(tr ' ' '\n' </proc/cmdline | grep -E '^(REPO|OUT|STAGES|NODE|TESTS)='); do
  export "${word?}"
done
seconds() { cut -d' ' -f1 /proc/uptime; }
echo "[$(seconds)] $(uname -sr)"
ip link set lo up
ulimit -n 65536
export BSD_SOCKET_TIME_FACTOR=10
uname -r >"$OUT/release.txt"
cd "$REPO" || exit 1

# Runs a command; its output, status and seconds are kept.
stage() {
  local name=$1 limit=$2 start
  shift 2
  start=$(date +%s)
  echo "[$(seconds)] $name"
  timeout "$limit" "$@" >"$OUT/$name.out" 2>"$OUT/$name.err"
  echo "$name $? $(($(date +%s) - start))" >>"$OUT/stages.txt"
}
jest() {
  "$NODE" node_modules/jest/bin/jest.js --ci --runInBand --cacheDirectory=/tmp/jest \
    --testTimeout=200000 "$@"
}
export -f jest
: >"$OUT/stages.txt"
# First of all, while no module is loaded: what loads modules, and what does not.
for name in ${STAGES//,/ }; do
  case $name in
    modules) stage modules 300 bash -c 'jest test/names/capabilities.test.ts' ;;
    caps) stage caps 120 "$NODE" -p "JSON.stringify(require('bsd-socket').capabilities(), null, 1)" ;;
    conformance) stage conformance 900 "$NODE" dist/cli/main.js conformance --json ;;
    cases) stage cases 1500 "$NODE" tools/cases.js ;;
    options) stage options 1800 bash -c 'jest test/options/round-trip.test.ts test/options/apart.test.ts test/options/supports.test.ts' ;;
    tests) stage tests 3000 bash -c "jest ${TESTS//,/ }" ;;
    *) echo "no stage $name" >>"$OUT/stages.txt" ;;
  esac
done
dmesg 2>/dev/null | grep -iE 'bug:|oops|call trace|segfault|protection fault' >"$OUT/dmesg.txt"
sync
echo "[$(seconds)] end"
busybox poweroff -f
