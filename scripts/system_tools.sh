#!/bin/sh
# Install the programs that are named and missing, where that needs no password; otherwise say how to.
#
#   system_tools.sh [--or-skip | --or-extra PYTHON] TOOL...
#
# --or-skip: what stays missing is said, and the exit code is 0 (the tests that need it skip and name it).
# --or-extra PYTHON: where Tesseract stays missing, install the [ocr] extra into that Python's environment instead.
set -eu

skip=false
python=
case ${1-} in
    --or-skip) skip=true; shift ;;
    --or-extra) python=$2; shift 2 ;;
esac

is_here() {
    case $1 in
        python3-venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

missing_of() {
    for tool in "$@"; do
        is_here "$tool" || printf '%s ' "$tool"
    done
}

debian_packages() {
    for tool in "$@"; do
        case $tool in
            tesseract) printf 'tesseract-ocr ' ;;
            pdftotext) printf 'poppler-utils ' ;;
            javac) printf 'default-jdk-headless ' ;;
            softhsm2-util) printf 'softhsm2 ' ;;
            node) printf 'nodejs ' ;;
            soffice) printf 'libreoffice-writer-nogui ' ;;
            *) printf '%s ' "$tool" ;;
        esac
    done
}

# The command to put before another so that it runs as root without a password: empty for root, or sudo.
as_root() {
    if [ "$(id -u)" -ne 0 ]; then
        sudo -n true 2>/dev/null || return 1
        echo 'sudo -n'
    fi
}

# Words are split on purpose below: lists of programs and packages, whose names hold no blank.
missing=$(missing_of "$@")
[ -z "$missing" ] && exit 0

if command -v apt-get >/dev/null && root=$(as_root); then
    packages=$(debian_packages $missing)
    echo "Installing $packages..." >&2
    install="$root env DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends $packages"
    # The lists of packages may be absent or old: fetch them only if the first try fails.
    $install >/dev/null 2>&1 || { $root apt-get update --quiet >/dev/null && $install >/dev/null; } ||
        echo "apt-get could not install them." >&2
    missing=$(missing_of "$@")
    [ -z "$missing" ] && exit 0
fi

if [ -n "$python" ] && [ "$missing" = 'tesseract ' ]; then
    "$python" -c 'import tesserocr' 2>/dev/null && exit 0
    echo "Tesseract is missing and cannot be installed from here: trying the [ocr] extra instead ..." >&2
    "$python" -m pip install --quiet --editable '.[ocr]' && exit 0
fi

cat >&2 <<END
Missing: ${missing% }. To install all that the project uses:
  Debian, Ubuntu: sudo apt-get install tesseract-ocr poppler-utils qpdf openssl python3-venv
                  for all tests also: default-jdk-headless softhsm2 chromium nodejs npm unzip libreoffice-writer-nogui
  Fedora:         sudo dnf install tesseract poppler-utils qpdf openssl
  macOS:          brew install tesseract poppler qpdf openssl
  Windows:        winget install UB-Mannheim.TesseractOCR, then add its folder to the PATH
END
$skip
