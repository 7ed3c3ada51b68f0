#!/usr/bin/env bash
# The main job, from a dozen screenshots to a dossier that is verified without the vault. `make demo` calls this.
# Everything is made anew in demo/out; every exit code is the one expected, or the demonstration fails.
set -euo pipefail
cd "$(dirname "$0")/.."
unset EVIDENCE_VAULT

out=demo/out
vault=$out/vault
shots=demo/screenshots
first=$(echo $shots/*' 2026-09-07 081233.png')
illegible=$shots/IMG-20261012-WA0003.jpg

title() {
    printf '\n\033[1m== %s\033[0m\n' "$*"
}

show() { # print a command as one would type it
    local word line=
    for word in "$@"; do
        case $word in
            *[!A-Za-z0-9_./:=@,-]* | '') word=\"$word\" ;;
        esac
        line="$line $word"
    done
    printf '\n\033[36m$%s\033[0m\n' "$line"
}

run() { # CODE COMMAND...: print it, run it, fail on any other exit code
    local wanted=$1 code=0
    shift
    show "$@"
    "$@" || code=$?
    if [ "$code" -ne "$wanted" ]; then
        printf '\nThe demonstration failed: exit code %s, where %s was expected.\n' "$code" "$wanted" >&2
        exit 1
    fi
}

verify_alone() { # FILE: verify it as its reader would, with what the reader was given, and read the verdicts
    run 0 evidence-vault verify "$1" --tsa-root $out/root.pem --key "$key"
    evidence-vault --json verify "$1" --tsa-root $out/root.pem --key "$key" >"$out/report.json"
    python - "$out/report.json" <<'END'
import json, sys

report = json.load(open(sys.argv[1], encoding="utf-8"))
found = {name: report[name] for name in ("intact", "complete", "dated", "signer", "verdict")}
expected = dict.fromkeys(found, "passed")
if found != expected:
    sys.exit(f"The demonstration failed: the verdicts are {found}, where {expected} was expected.")
print("-> " + ", ".join(f"{name}: {verdict}" for name, verdict in found.items()))
END
}

rm -rf "$out"
mkdir -p "$out"

title "A vault, and the case of Awa Diallo (an invented person, invented pages)"
run 0 evidence-vault --vault $vault init --operator "Awa Diallo" --capacity applicant --no-passphrase --offline
run 0 evidence-vault --vault $vault case new --applicant "Awa Diallo" --born 1990-04-12 --nationality "sénégalaise" \
    --address "12 rue des Lilas, 93200 Saint-Denis" --email awa@example.org \
    --prefecture "Seine-Saint-Denis" --procedure "Admission exceptionnelle au séjour"

title "One attempt, with its screenshot"
run 0 evidence-vault --vault $vault log "$first" --url https://rdv.prefecture-demo.example/booking/create/14520/2 \
    --occurred-at "2026-09-07 08:12" --outcome no_slot --yes

title "The whole folder, taken over six weeks on a computer, at the library and on a phone; the one above is not taken twice"
run 0 evidence-vault --vault $vault import $shots --yes

title "Another door was tried: an e-mail to the prefecture"
run 0 evidence-vault --vault $vault step email --occurred-at "2026-09-28 10:05" --to rdv@prefecture-demo.example \
    --summary "Demande de rendez-vous par courriel, captures d’écran jointes."

title "Why one of the screenshots does not count as legible"
run 0 evidence-vault check $illegible

title "The ledger, and where the case stands"
run 0 evidence-vault --vault $vault list
run 0 evidence-vault --vault $vault status

title "A signed checkpoint over all of it, and the verification of the vault"
run 0 evidence-vault --vault $vault checkpoint
run 3 evidence-vault verify $vault
echo "-> Exit code 3 is the honest answer: nothing has changed and no entry is missing between the first and the last," \
    "but no third party has attested when they were recorded, so their dates rest on this computer's clock alone."

title "A third party attests the time: here an invented authority on this machine, with openssl; nobody should believe it"
exec 3< <(exec python demo/authority.py $out)
authority=$!
trap 'kill $authority' EXIT
read -r address <&3
run 0 evidence-vault --vault $vault stamp --tsa "$address" --tsa-root $out/root.pem
run 0 evidence-vault --vault $vault status
kill $authority
trap - EXIT

title "The dossier for people, the bundle for machines"
run 0 evidence-vault --vault $vault export dossier -o $out/dossier.pdf --tsa-root $out/root.pem
run 0 evidence-vault --vault $vault export bundle -o $out/bundle.zip --tsa-root $out/root.pem

title "Both verified without the vault, as the court or the other side would: who trusts nobody first, then who was given \
the root of the authority and, by another way, the key of the signer"
evidence-vault --json --vault $vault verify >"$out/report.json" || [ $? -eq 3 ]
key=$(python -c 'import json, sys; print(json.load(sys.stdin)["cases"][0]["public_key"])' <"$out/report.json")
run 0 mv $vault $out/vault-put-away
run 3 evidence-vault verify $out/dossier.pdf
verify_alone $out/dossier.pdf
verify_alone $out/bundle.zip
run 0 mv $out/vault-put-away $vault

title "Done. The dossier to open and print:"
echo "$PWD/$out/dossier.pdf"
