#!/bin/sh
# Bring packages of the system, or say which are missing and stop.
# usage: sh scripts/packages.sh "what they are for" package...
set -eu
purpose=$1
shift

if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "Missing $purpose. As root, on Debian:  apt-get install $*" >&2
    exit 1
fi
echo "Bringing $purpose: apt-get install $*"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq
apt-get install -y -qq --no-install-recommends "$@" >/dev/null
