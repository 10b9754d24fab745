# What build and test share: which builder, and what pip and apt of this machine are told.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
image=${IMAGE:-localhost/eda-rl}
base_image=localhost/eda-rl-base

fail() {
	echo "container: $*" >&2
	exit 3
}

# The first of docker, podman and buildah that is there and works; BUILDER names one.
builder() {
	if [ -n "${BUILDER:-}" ]; then
		echo "$BUILDER"
	elif command -v docker >/dev/null && docker info >/dev/null 2>&1; then
		echo docker
	elif command -v podman >/dev/null && podman info >/dev/null 2>&1; then
		echo podman
	elif command -v buildah >/dev/null; then
		echo buildah
	else
		fail "no docker with a daemon, no podman, no buildah: run 'sudo apt-get install buildah'"
	fi
}

# buildah with chroot isolation needs no daemon and no user namespaces. Its images go to
# $CONTAINER_STORAGE where that is set.
run_buildah() {
	local where=()
	if [ -n "${CONTAINER_STORAGE:-}" ]; then
		where=(--root "$CONTAINER_STORAGE/root" --runroot "$CONTAINER_STORAGE/run" --storage-driver vfs)
	fi
	BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot} buildah "${where[@]}" "$@"
}

# Files and folders that pip of this machine is pointed at, one a line: a build sees them too.
pip_places() {
	{
		for file in /etc/pip.conf /etc/xdg/pip; do echo "$file"; done
		for value in $(pip_setting find-links) $(pip_setting extra-index-url); do
			case $value in
			file://*) path=${value#file://} && echo "${path%/simple}" ;;
			/*) echo "$value" ;;
			esac
		done
	} | sort -u | while read -r path; do [ ! -e "$path" ] || echo "$path"; done
}

# What pip of this machine is told under a name, in a file or by a variable.
pip_setting() {
	local variable
	variable=PIP_$(echo "$1" | tr 'a-z-' 'A-Z_')
	if [ -n "${!variable:-}" ]; then
		echo "${!variable}"
	else
		python3 -m pip config list 2>/dev/null | sed -n "s/^[^ ]*\.$1='\(.*\)'$/\1/p" | head -1
	fi
}
