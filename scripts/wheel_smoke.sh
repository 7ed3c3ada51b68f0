#!/usr/bin/env bash
# Build the wheel, install it into a new environment, and use it where the source tree cannot be imported.
#
#   wheel_smoke.sh PYTHON
set -euo pipefail

python=$(cd "$(dirname "$1")" && pwd)/$(basename "$1")
source=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "wheel-smoke: $*" >&2
    exit 1
}

expect() { # CODE COMMAND...: run it, show what it said if its exit code is another
    local wanted=$1 code=0
    shift
    "$@" >"$work/said" 2>&1 || code=$?
    [ "$code" -eq "$wanted" ] && return 0
    cat "$work/said" >&2
    fail "exit code $code, not $wanted: $*"
}

"$python" -m pip wheel --quiet --no-deps --wheel-dir "$work/wheel" "$source"
"$python" -m venv "$work/venv"
"$work/venv/bin/python" -m pip install --quiet "$work"/wheel/*.whl

cd "$work"
unset PYTHONPATH EVIDENCE_VAULT
export HOME="$work/home" XDG_DATA_HOME="$work/home/data" LANG=fr_FR.UTF-8
mkdir -p "$HOME"
vault() {
    "$work/venv/bin/evidence-vault" "$@"
}

where=$("$work/venv/bin/python" -c 'import evidence_vault; print(evidence_vault.__file__)')
case $where in
    "$work"/*) ;;
    *) fail "the package was imported from $where" ;;
esac

expect 0 vault --version
expect 0 vault --help
grep -q verify "$work/said" || fail "--help does not name verify"
vault --json doctor >doctor.json || fail "doctor: exit code $?"
"$python" -m json.tool doctor.json /dev/null || fail "doctor --json is not one JSON document"

expect 0 vault --show-completion bash
grep -q complete "$work/said" || fail "no completion script for bash"
offered=$(COMP_WORDS="evidence-vault ver" COMP_CWORD=1 _EVIDENCE_VAULT_COMPLETE=complete_bash vault)
[ "$offered" = verify ] || fail "completion of « ver » offers « $offered »"

# The model travels in the wheel: reading works with whatever Tesseract is there.
cp "$source"/demo/screenshots/*" 2026-09-07 081233.png" shot.png
expect 0 vault --vault v init --operator "Awa Diallo" --capacity applicant --no-passphrase --offline
expect 0 vault --vault v case new --applicant "Awa Diallo" --born 1990-04-12 --nationality "Sénégal" \
    --address "12 rue des Lilas, 93200 Saint-Denis" --email awa@example.org \
    --prefecture "Seine-Saint-Denis" --procedure "Admission exceptionnelle au séjour"
expect 0 vault --vault v log shot.png --occurred-at "2026-09-07 08:12" --outcome no_slot --yes
expect 0 vault --vault v export dossier -o dossier.pdf
# 3: intact and complete, not dated by any third party.
expect 3 vault verify v
expect 3 vault verify dossier.pdf

echo "wheel-smoke: $(cd wheel && ls -- *.whl) works outside the source tree."
