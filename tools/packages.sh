# SPDX-License-Identifier: GPL-3.0-or-later
# What each purpose needs on Debian 12, and how it gets there. Sourced by tools/start, tools/test and .ci/run.

BUILD_PACKAGES="gcc libc6-dev meson ninja-build pkg-config gettext libglib2.0-dev-bin
  libglib2.0-dev libgtk-4-dev libadwaita-1-dev libgtksourceview-5-dev libyaml-dev libcurl4-openssl-dev libsoup-3.0-dev
  libsqlite3-dev libarchive-dev libsecret-1-dev libjq-dev libonig-dev"
RUN_PACKAGES="adwaita-icon-theme librsvg2-common fonts-dejavu-core dbus dbus-x11 at-spi2-core python3 ca-certificates
  desktop-file-utils shared-mime-info tzdata"
# dbus-daemon, gnome-keyring, libglib2.0-bin (gdbus): tests of secrets talk to a secret service of their own.
TEST_PACKAGES="xvfb openbox xdotool x11-utils xclip imagemagick python3-gi python3-yaml python3-jinja2 gir1.2-atspi-2.0
  gir1.2-gtk-4.0 docker.io runc docker-registry apache2-utils procps iproute2 curl jq appstream libxml2-utils universal-ctags
  binutils flatpak-builder git dbus-daemon gnome-keyring libglib2.0-bin nodejs"
CI_PACKAGES="clang libclang-rt-14-dev"

# The packages of "$@" that are not there yet.
missing_packages () {
  local package
  for package in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# Installs what is missing of "$@"; asks nothing, and touches the package index only if something is missing.
need () {
  local missing as_root=
  missing=$(missing_packages "$@")
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    as_root=sudo
    command -v sudo >/dev/null || { echo "These packages are missing, and only root can install them:" $missing >&2; return 1; }
  fi
  echo "Installing:" $missing
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# Configures the build folder $1 once, with the further options given.
configure () {
  local folder=$1
  shift
  [ -f "$folder/build.ninja" ] || meson setup "$folder" "$@" >"$folder.log" 2>&1 || { cat "$folder.log" >&2; return 1; }
}
