# SPDX-License-Identifier: GPL-3.0-or-later
# What with-dockerd and with-podman share; sourced by them. They set tools, images, cache, run and daemon, and the function start.
# meson takes the line for a skip only from a program that exits with 0.
skip () { echo "1..0 # SKIP $*"; exit 0; }

# In a plain chroot "/" is no mount point, and an engine cannot pivot away from it: it gets one that is. Sets enter, the prefix of its commands.
enter=
top=
make_top () {
  mountpoint -q / && return
  top=$(mktemp -d "${TMPDIR:-/tmp}/tiercel-top.XXXXXX")
  mount --rbind / "$top" && mount --make-rprivate "$top" || { rmdir "$top"; skip "/ is no mount point, and nothing can be mounted"; }
  enter="chroot $top"
}
leave_top () {
  [ -z "$top" ] || { umount -R -l "$top"; rmdir "$top"; }
}

base="base-files dash bash coreutils libc-bin sed grep mawk findutils tar gzip debianutils"
make_image () {          # NAME TAGS PACKAGES
  docker image inspect "tiercel-test/$1:1" >/dev/null 2>&1 && return 0
  echo "# making the image $1" >&2
  "$tools/debroot" "$cache/packages" "$run/root" $base $3 >&2 || skip "the packages of the image $1 cannot be had (apt-get update?)"
  # Official images call it `python`.
  [ ! -e "$run/root/usr/bin/python3" ] || ln -sf python3 "$run/root/usr/bin/python"
  tar -C "$run/root" -cf - . | docker import - "tiercel-test/$1:1" >/dev/null || skip "the image $1 cannot be imported"
  for tag in $2; do docker tag "tiercel-test/$1:1" "$tag"; done
  rm -rf "$run/root"
}

make_images () {
  for image in $images; do
    case $image in
      shell) make_image shell "ubuntu:latest debian:12 alpine:latest busybox:latest" "" ;;
      python) make_image python "python:3.13-slim python:3.11-slim python:latest" "python3-minimal libpython3-stdlib" ;;
      node) make_image node "node:latest node:22" nodejs ;;
      go) make_image go "golang:latest" golang-go ;;
      r) make_image r "r-base:latest" r-base-core ;;
      *) echo "with-dockerd: no image “$image”" >&2; exit 2 ;;
    esac
  done
}

# Runs the command. Tests stop, crash, start, freeze and thaw the engine by lines in a FIFO; the file CONTROL.busy goes away when it is done.
run_command () {
  export TIERCEL_TEST_DOCKERD_CONTROL=$run/control
  mkfifo "$run/control"
  exec 8<>"$run/control"
  "$@" <&0 8<&- 9>&- &
  command=$!
  while kill -0 $command 2>/dev/null; do
    read -r -t 0.05 -u 8 line || continue
    case $line in
      stop) kill "$daemon"; wait "$daemon"; daemon= ;;
      crash) kill -KILL "$daemon"; wait "$daemon" 2>/dev/null; daemon= ;;
      start) start ;;
      freeze) kill -STOP "$daemon" ;;
      thaw) kill -CONT "$daemon" ;;
    esac
    rm -f "$run/control.busy"
  done
  wait $command
  status=$?
  command=
  exit $status
}
