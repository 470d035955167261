# Sourced after tools.sh: podman as it works on a machine of continuous integration, and base images without a registry.

# Engine and builder, and settings that also hold where the machine is itself a container without systemd.
with_podman() {
  from_debian podman podman
  from_debian buildah buildah
  from_debian runc runc
  from_debian debootstrap debootstrap
  mkdir -p "$cache"
  cat > "$cache/containers.conf" <<'CONF'
[engine]
runtime = "runc"
cgroup_manager = "cgroupfs"
events_logger = "file"
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
CONF
  export CONTAINERS_CONF="$cache/containers.conf"
  # The format that knows health checks.
  export BUILDAH_FORMAT=docker
  # Health checks are asked for; without systemd nobody could time them.
  export DISABLE_HC_SYSTEMD=true
}

# The base images localhost/clipserve-ci/{build,runtime}: Debian with a JDK and Redis; glibc and libstdc++ and nothing else.
base_images() {
  local suite tree="$cache/debian" runtime="$cache/runtime-base"
  suite="$(. /etc/os-release && echo "$VERSION_CODENAME")"
  podman image exists localhost/clipserve-ci/runtime && return
  rm -rf "$tree" "$runtime"
  debootstrap --variant=minbase --include=redis-server "$suite" "$tree" > "$cache/debootstrap.log" || {
    tail -20 "$cache/debootstrap.log" >&2
    return 1
  }
  mkdir -p "$runtime"/usr/lib "$runtime"/usr/lib64 "$runtime"/usr/bin "$runtime"/usr/sbin "$runtime"/tmp
  for folder in lib lib64 bin sbin; do ln -s "usr/$folder" "$runtime/$folder"; done
  for package in base-files libc6 libgcc-s1 libstdc++6 tzdata; do
    dpkg-deb -x "$tree"/var/cache/apt/archives/"$package"_*.deb "$runtime"
  done
  rm -rf "$tree"/var/cache/apt/archives/*.deb "$runtime"/usr/share/doc
  mkdir -p "$tree/opt/java"
  # Certificates may be links into the machine.
  cp -aL "$(java_home_25)" "$tree/opt/java/openjdk"
  tar -C "$runtime" -c . | podman import -q - localhost/clipserve-ci/runtime > /dev/null
  tar -C "$tree" -c . | podman import -q --change ENV=JAVA_HOME=/opt/java/openjdk - localhost/clipserve-ci/build > /dev/null
  rm -rf "$tree" "$runtime"
}
