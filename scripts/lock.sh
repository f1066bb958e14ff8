#!/bin/sh
# Write requirements.lock and requirements-dev.lock from pyproject.toml.
# usage: sh scripts/lock.sh [--upgrade]
set -eu
cd "$(dirname "$0")/.."
if ! [ -x .venv/bin/uv ]; then
    .venv/bin/python -m pip install --quiet uv
fi

compile() {
    .venv/bin/uv pip compile pyproject.toml --quiet --universal \
        --python-version 3.11 --generate-hashes --no-header "$@" >/dev/null
}

compile --extra install -o requirements.lock "$@"
# The second lock keeps to the versions of the first.
compile --all-extras -c requirements.lock -o requirements-dev.lock "$@"
