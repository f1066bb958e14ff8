#!/bin/sh
# Bring the demo's database up to date and serve it.
# usage: sh scripts/run.sh [PORT]
set -eu
cd "$(dirname "$0")/.."
export PUISTOKATU_DEMO=1
.venv/bin/puistokatu db upgrade
.venv/bin/puistokatu demo
exec .venv/bin/puistokatu serve --port "${1:-5000}"
