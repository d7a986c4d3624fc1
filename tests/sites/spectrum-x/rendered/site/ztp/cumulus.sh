#!/bin/bash
# rendered from the specification, do not edit: what a switch of spectrum-x does at its first start
# CUMULUS-AUTOPROVISIONING
set -euo pipefail
exec >> /var/log/autoprovision 2>&1

base=http://10.75.0.10:8080
name=$(hostname --short)
work=$(mktemp --directory)
trap 'rm -rf "$work"' EXIT

fetch() { # fetch PATH FILE
    curl --fail --silent --show-error --retry 5 --retry-delay 5 --output "$2" "$base/$1"
}

fetch site/ztp/folders "$work/folders"
folder=$(awk -v of="${name%-*-*}" '$1 == of { print $2 }' "$work/folders")
if [ -z "$folder" ]; then
    echo "this switch is called $name, and the site has none of that name: DHCP must say which it is"
    exit 1
fi

fetch "$folder/switches/$name/startup.yaml" "$work/startup.yaml"
if ! grep --quiet --line-regexp "      hostname: $name" "$work/startup.yaml"; then
    echo "what is served as the configuration of $name is another switch's"
    exit 1
fi

nv config replace "$work/startup.yaml"
nv config apply -y
nv config save
