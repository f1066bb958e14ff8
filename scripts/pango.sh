#!/bin/sh
# See that the libraries with which WeasyPrint sets letters are there.
set -eu
cd "$(dirname "$0")/.."
if .venv/bin/python -c 'import weasyprint' 2>/dev/null; then
    exit 0
fi
sh scripts/packages.sh "what letters and paper ballots are set with" \
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core
