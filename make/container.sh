#!/bin/sh
# Finds what builds and runs a container image, or installs Debian's where that is possible. Only programs, no service.
set -eu

found() {
    for tool in buildah podman runc mmdebstrap; do
        command -v "$tool" >/dev/null 2>&1 || return 1
    done
}

found && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo 'Installing what builds and runs a container image ...' >&2
    { timeout 300 apt-get -qq update && DEBIAN_FRONTEND=noninteractive timeout 600 apt-get -qq install -y --no-install-recommends buildah podman runc conmon mmdebstrap; } >&2 </dev/null || true
fi
found && exit 0
echo 'To build and run the image: sudo apt install buildah podman runc conmon mmdebstrap' >&2
