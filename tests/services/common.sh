# Shared by the files beside it.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
programs=$root/build/services/programs

# wheel NAME PATH…: the pinned wheel NAME (requirements.txt), of which PATHs are unpacked once; prints where.
wheel() {
  local name=$1 line folder
  shift
  line=$(grep -i "^$name==" "$root/tests/services/requirements.txt") || { echo "$name is not pinned" >&2; return 1; }
  folder=$programs/$name-$(echo "$line $*" | sha256sum | cut -c1-12)
  if [ ! -e "$folder/.complete" ]; then
    rm -rf "$folder"
    mkdir -p "$folder/wheel"
    echo "$line" >"$folder/requirements.txt"
    python3 -m pip --disable-pip-version-check download --quiet --no-deps --require-hashes --only-binary=:all: \
      --implementation cp --python-version 311 --platform manylinux_2_28_x86_64 --platform manylinux_2_17_x86_64 \
      --platform manylinux2014_x86_64 --dest "$folder/wheel" -r "$folder/requirements.txt" >&2 || return 1
    python3 - "$folder" "$@" <<'PYTHON' || return 1
import glob, os, sys, zipfile
folder, *paths = sys.argv[1:]
with zipfile.ZipFile(glob.glob(folder + "/wheel/*.whl")[0]) as wheel:
    for member in wheel.infolist():
        if member.filename.startswith(tuple(paths)):
            path = wheel.extract(member, folder)
            os.chmod(path, 0o755 if os.path.isdir(path) else (member.external_attr >> 16 & 0o777) or 0o644)
PYTHON
    rm -r "$folder/wheel"
    touch "$folder/.complete"
  fi
  echo "$folder"
}

# A port that is free now.
free_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# stop_process FILE: ends the process whose id FILE holds and waits for it.
stop_process() {
  local pid n
  pid=$(cat "$1" 2>/dev/null) || return 0
  kill "$pid" 2>/dev/null || return 0
  for n in $(seq 100); do kill -0 "$pid" 2>/dev/null || return 0; sleep 0.1; done
  kill -KILL "$pid"
}
