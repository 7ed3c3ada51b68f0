#!/bin/sh
# Print the command of a Python that can make our virtual environment: 3.11 or newer, with venv and ensurepip.
# A name on the PATH proves nothing (version managers leave shims), so each candidate is run.

find_python() {
    for python in python3.13 python3.12 python3.11 python3; do
        if "$python" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$python"
            return 0
        fi
    done
    return 1
}

find_python && exit 0
# Debian and Ubuntu ship Python without what makes an environment.
sh "$(dirname "$0")/system_tools.sh" --or-skip python3-venv >&2
find_python && exit 0

echo "No Python 3.11 or newer with its venv module was found: install one (Debian, Ubuntu: apt-get install" \
    "python3-venv; Fedora: dnf install python3; macOS: brew install python@3.13), then run make again." >&2
# `make` runs what this prints: a command that fails, rather than nothing.
echo false
exit 1
