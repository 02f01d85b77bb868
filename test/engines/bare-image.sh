#!/usr/bin/env bash
# bare-image.sh FILE NAME ARCHIVE: an image of one static program and nothing else, as `docker load` and `ctr images import` take it. The
# program is the busybox of the image in ARCHIVE, which copies a file when it is called cp.
set -euo pipefail
file=$1 name=$2 archive=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar -C "$work" -xf "$archive" layer.tar
busybox=$(tar -tf "$work/layer.tar" | grep -E '/busybox$' | head -1)
mkdir "$work/root"
tar -xOf "$work/layer.tar" "$busybox" >"$work/root/cp"
chmod 755 "$work/root/cp"
tar -C "$work/root" --sort=name --mtime=@0 --numeric-owner --owner=0 --group=0 -cf "$work/layer.tar" cp
digest=$(sha256sum "$work/layer.tar" | cut -d' ' -f1)
cat >"$work/config.json" <<JSON
{"architecture": "$(dpkg --print-architecture)", "os": "linux", "config": {"Entrypoint": ["/cp"], "User": "65532"},
  "rootfs": {"type": "layers", "diff_ids": ["sha256:$digest"]}}
JSON
echo '[{"Config": "config.json", "RepoTags": ["'"$name"'"], "Layers": ["layer.tar"]}]' >"$work/manifest.json"
tar -C "$work" -cf "$file" manifest.json config.json layer.tar
