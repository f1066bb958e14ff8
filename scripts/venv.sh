#!/bin/sh
# Make .venv hold exactly what a lock file names, and this folder itself.
# usage: sh scripts/venv.sh requirements.lock [a lock that this one includes]
#
# A stamp in .venv keeps the hash of what was installed, so that nothing is
# done twice. PYTHON names the interpreter where the choice below is not liked.
set -eu
cd "$(dirname "$0")/.."
lock=$1
includes=${2:-}
oldest='(3, 11)'
newest='(3, 13)'

hash_of() { sha256sum "$1" | cut -d' ' -f1; }

supported() {
    "$1" -c "import sys; sys.exit(not $oldest <= sys.version_info[:2] <= $newest)" \
        2>/dev/null
}

choose_python() {
    for candidate in ${PYTHON:-python3 python3.11 python3.12 python3.13 \
        /usr/bin/python3 /usr/bin/python3.11}; do
        if supported "$candidate"; then
            # The real path: a shim may name another version in another folder.
            "$candidate" -c 'import sys; print(sys.executable)'
            return
        fi
    done
    echo "No Python from $oldest to $newest found as ${PYTHON:-python3 or python3.11}." >&2
    sh scripts/packages.sh "Python 3.11" python3.11 python3.11-venv >&2
    echo /usr/bin/python3.11
}

pip() {
    if .venv/bin/python -c 'import pip' 2>/dev/null; then
        .venv/bin/python -m pip "$@"
    else # made without ensurepip: the interpreter's own pip works on .venv
        "$python" -m pip --python .venv/bin/python "$@"
    fi
}

make_venv() {
    rm -rf .venv
    if ! "$python" -c 'import ensurepip' 2>/dev/null; then
        if "$python" -c 'import venv, pip' 2>/dev/null; then
            "$python" -m venv --without-pip .venv
            return
        fi
        version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
        sh scripts/packages.sh "Python's venv" "python$version-venv"
    fi
    "$python" -m venv .venv
}

export PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1
place=$(pwd)
if [ "$(cat .venv/.place 2>/dev/null)" != "$place" ] || ! .venv/bin/python -c ''; then
    python=$(choose_python)
    echo "Making .venv with $("$python" --version)"
    make_venv
    echo "$place" >.venv/.place
else
    python=$(.venv/bin/python -c 'import sys; print(sys._base_executable)')
fi

if [ "$(cat ".venv/.$lock" 2>/dev/null)" != "$(hash_of "$lock")" ]; then
    echo "Installing the $(grep -c '==' "$lock") packages of $lock into .venv"
    # Python compiles what it loads; compiling everything takes a third of the time.
    pip install --quiet --no-compile --require-hashes -r "$lock"
    for each in "$lock" $includes; do
        hash_of "$each" >".venv/.$each"
    done
    rm -f .venv/.pyproject.toml
fi

if [ "$(cat .venv/.pyproject.toml 2>/dev/null)" != "$(hash_of pyproject.toml)" ]; then
    pip install --quiet --no-deps --no-build-isolation -e .
    hash_of pyproject.toml >.venv/.pyproject.toml
fi
