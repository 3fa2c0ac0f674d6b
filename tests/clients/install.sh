# Sourced: what real clients need, pinned by hash, is installed below build/clients, once.
clients=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)/build/clients

# python_packages NAME REQUIREMENTS: in the virtual environment build/clients/NAME/venv.
python_packages() {
  local place=$clients/$1
  cmp -s "$2" "$place/installed.txt" && return
  rm -rf "$place/venv"
  python3 -m venv "$place/venv"
  "$place/venv/bin/pip" install -q --disable-pip-version-check --require-hashes --only-binary=:all: -r "$2" >&2
  cp "$2" "$place/installed.txt"
}

# node_packages FOLDER: what its package-lock.json names, in build/clients/node_modules.
node_packages() {
  cmp -s "$1/package-lock.json" "$clients/installed-lock.json" && return
  mkdir -p "$clients"
  cp "$1/package.json" "$1/package-lock.json" "$clients/"
  npm ci --prefix "$clients" --ignore-scripts --no-audit --no-fund --loglevel=error >&2
  cp "$1/package-lock.json" "$clients/installed-lock.json"
}
