#!/usr/bin/env bash
# python-image.sh FILE PYTHON PAUSE: an image of Python and busybox out of the packages of this machine's Debian or Ubuntu, as `docker load`
# and `ctr images import` take it. It holds neither Flotilla nor Node. Needs root, for chroot.
set -euo pipefail
file=$1 python=$2 pause=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
mkdir -p "$work/packages" "$root"/usr/{bin,sbin,lib,lib64,local/bin} "$root"/{etc,tmp,proc,sys,dev,root,work}
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
chmod 755 "$work"
chmod 1777 "$root/tmp"

# What python3 depends on, and wheels of numpy and its kin; without what only installs packages and prints manuals.
mapfile -t packages < <(
  apt-cache depends --recurse --no-recommends --no-suggests --no-conflicts --no-breaks --no-replaces --no-enhances \
    python3 busybox-static libstdc++6 | grep -E '^[a-z0-9.+-]+$' | sort -u |
    grep -vE '^(perl.*|libperl.*|dpkg|tar|debconf|cdebconf|install-info|mailcap|mime-support|media-types|readline-common)$'
)
chown _apt "$work/packages" 2>/dev/null || true
(cd "$work/packages" && apt-get download -qq "${packages[@]}")
# Packages of merged and of unmerged systems land in the same folders.
for package in "$work"/packages/*.deb; do
  dpkg-deb --fsys-tarfile "$package" | tar -C "$root" -x --keep-directory-symlink
done
rm -rf "$root"/usr/share/{doc,man,locale,lintian,info}

busybox=$(find "$root/usr/bin" "$root/usr/sbin" -name busybox -print -quit)
for applet in $("$busybox" --list); do
  [ -e "$root/usr/bin/$applet" ] || ln -s "${busybox#"$root"}" "$root/usr/bin/$applet"
done
printf '%s\n' 'root:x:0:0::/root:/bin/sh' 'worker:x:1000:1000::/work:/bin/sh' 'nobody:x:65534:65534::/:/bin/false' >"$root/etc/passwd"
printf '%s\n' 'root:x:0:' 'worker:x:1000:' 'nogroup:x:65534:' >"$root/etc/group"
echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
# The archive gives all files one time, so what is compiled must not go by the time of its source.
env -u PYTHONDONTWRITEBYTECODE chroot "$root" /usr/bin/python3 -m compileall -q -f --invalidation-mode unchecked-hash /usr/lib/python3* >/dev/null

tar -C "$root" --sort=name --mtime=@0 --numeric-owner --owner=0 --group=0 -cf "$work/layer.tar" .
digest=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)

# A pod is held together by a container that only sleeps; its image is the same layer with another command.
config() {
  cat <<JSON
{"architecture": "$(dpkg --print-architecture)", "os": "linux",
  "config": {"Cmd": $1, "Env": ["PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin"]},
  "rootfs": {"type": "layers", "diff_ids": ["sha256:$digest"]}}
JSON
}
config '["python3"]' >"$work/python.json"
config '["sleep", "infinity"]' >"$work/pause.json"
cat >"$work/manifest.json" <<JSON
[{"Config": "python.json", "RepoTags": ["$python"], "Layers": ["layer.tar"]},
  {"Config": "pause.json", "RepoTags": ["$pause"], "Layers": ["layer.tar"]}]
JSON
tar -C "$work" -cf "$file" manifest.json python.json pause.json layer.tar
