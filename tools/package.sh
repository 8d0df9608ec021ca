#!/usr/bin/env bash
# package.sh BUILD OUT: packs the built program as a tarball and as a Debian package; prints their paths.
#
# The package has the program, its modules, manual pages, completion, the systemd unit, a user and a configuration file.
# An upgrade keeps the data folder /var/lib/icn and changes to the configuration; a purge keeps the data folder.
set -euo pipefail
export LC_ALL=C.UTF-8
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$(cd "$1" && pwd)
mkdir -p "$2"
out=$(cd "$2" && pwd)
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
umask 022

cmake --install "$build" --prefix "$stage/tree/usr" --component program --strip >/dev/null
tree=$stage/tree
version=$("$tree/usr/bin/icn" version | sed -n 's/^icn //p')
architecture=$(dpkg --print-architecture)

# The libraries that a file needs, as a package's dependencies.
depends_of() {
  mkdir -p "$stage/debian"
  printf 'Source: icn\n\nPackage: icn\nArchitecture: any\n' >"$stage/debian/control"
  (cd "$stage" && dpkg-shlibdeps -O --ignore-missing-info "$@" 2>/dev/null | sed -n 's/^shlibs:Depends=//p')
}

tar -C "$tree/usr" --owner=0 --group=0 --sort=name --transform "s,^\./,icn-$version/," -czf \
  "$out/icn-$version-linux-$architecture.tar.gz" ./bin ./lib ./share

mkdir -p "$tree/DEBIAN" "$tree/etc/icn" "$tree"/usr/lib/{systemd/system,sysusers.d} "$tree/usr/share/doc/icn"
install -m 0644 "$root/docs/icn.example.toml" "$tree/etc/icn/icn.toml"
install -m 0644 "$root/packaging/systemd/icn.service" "$tree/usr/lib/systemd/system/icn.service"
install -m 0644 "$root/packaging/systemd/icn.sysusers" "$tree/usr/lib/sysusers.d/icn.conf"
install -m 0644 "$root/LICENSE" "$tree/usr/share/doc/icn/copyright"
install -m 0644 "$root/THIRD_PARTY.md" "$root"/docs/monitoring/* "$tree/usr/share/doc/icn/"
gzip -9nr "$tree/usr/share/man"
install -m 0755 "$root"/packaging/debian/{postinst,prerm,postrm} "$tree/DEBIAN/"
echo /etc/icn/icn.toml >"$tree/DEBIAN/conffiles"
modules=("$tree"/usr/lib/icn/*.so)
recommends=
[ ! -e "${modules[0]}" ] || recommends=$(depends_of "${modules[@]}")
{
  printf 'Package: icn\nVersion: %s\nArchitecture: %s\n' "$version" "$architecture"
  printf 'Maintainer: icn-runtime <maintainers@icn.invalid>\nSection: net\nPriority: optional\n'
  printf 'Depends: %s\n' "$(depends_of "$tree/usr/bin/icn")"
  [ -z "$recommends" ] || printf 'Recommends: %s\n' "$recommends"
  printf 'Installed-Size: %s\n' "$(du -sk "$tree/usr" | cut -f1)"
  printf "Description: a cooperative's compute node\n"
  printf ' Members run programs as metered jobs in a deterministic sandbox, pay in mana, and decide by vote.\n'
} >"$tree/DEBIAN/control"
dpkg-deb --root-owner-group --build "$tree" "$out/icn_${version}_$architecture.deb" >/dev/null
printf '%s\n' "$out/icn-$version-linux-$architecture.tar.gz" "$out/icn_${version}_$architecture.deb"
