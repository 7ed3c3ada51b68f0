// An answer, shown.

import { CHECKS, QUESTIONS, VERDICTS } from "../catalogue.generated.ts";
import type { Answer } from "../core/engine.ts";
import type { Question, Verdict } from "../core/evidence.ts";
import { sha256Hex } from "../core/hashing.ts";
import { unhex } from "../core/bytes.ts";
import { translate, visible, type Language } from "../core/messages.ts";
import { el, grouped, table } from "./elements.ts";
import { number, WORDS, type Words } from "./words.ts";

/** Marks that tell verdicts apart without any colour. */
const MARKS: Record<Verdict, string> = { passed: "✓", failed: "✗", indeterminate: "?" };
const ORDER: readonly Question[] = ["intact", "complete", "dated", "signer"];

export interface CheckedFile {
  readonly name: string;
  readonly size: number;
  readonly digest: string | null;
  readonly moment: Date;
  readonly given: {
    readonly key: boolean;
    readonly receivedOn: string;
    readonly checkpoints: readonly string[];
    /** Null for those that ship with the page. */
    readonly roots: readonly string[] | null;
    readonly headers: readonly string[];
  };
}

interface Bound {
  readonly time: string;
  readonly source: string;
  readonly protocol: string;
  readonly weight: keyof Words["weights"];
  readonly entry: number;
}

interface ShownCheck {
  readonly number: number;
  readonly name: keyof typeof CHECKS;
  readonly question: Question;
  readonly verdict: Verdict;
  readonly detail: string;
  readonly findings: number;
}

export function showResult(answer: Answer, file: CheckedFile, language: Language): HTMLElement[] {
  const words = WORDS[language];
  return [
    el("h2", { id: "result-title", tabindex: "-1" }, words.result),
    banner(answer.verdict, language),
    el("h3", {}, words.questions),
    questions(answer, language),
    el("h3", {}, words.checks),
    checks(answer, language),
    ...times(answer, language),
    el("h3", {}, words.counts),
    counts(answer, file, language),
    el("h3", {}, words.givenTo),
    givenTo(file, language),
    el("h3", {}, words.notes),
    el("ul", { class: "notes" }, ...answer.notes.map((note) => el("li", {}, note))),
    el("p", { class: "soft" }, words.checkedOn(file.moment.toLocaleString(language === "fr" ? "fr-FR" : "en-GB"))),
    el(
      "p",
      { class: "row screen" },
      el("button", { type: "button", onclick: () => print() }, words.print),
      el("button", { type: "button", onclick: () => save(answer, file) }, words.save),
    ),
  ];
}

function banner(verdict: Verdict, language: Language): HTMLElement {
  const words = WORDS[language];
  const says = { passed: words.saysPassed, failed: words.saysFailed, indeterminate: words.saysIndeterminate }[verdict];
  return el(
    "div",
    { class: `banner ${verdict}`, id: "overall", "data-verdict": verdict },
    el("span", { class: "word" }, `${MARKS[verdict]} ${words.overall}${language === "fr" ? "\u00a0" : ""}: ${word(verdict, language)}`),
    el("p", {}, says),
  );
}

function word(verdict: Verdict, language: Language): string {
  return translate(VERDICTS[verdict], language);
}

function shownVerdict(verdict: Verdict, language: Language): HTMLElement {
  return el("span", { class: `verdict ${verdict}` }, `${MARKS[verdict]}\u00a0${word(verdict, language)}`);
}

function questions(answer: Answer, language: Language): HTMLElement {
  const words = WORDS[language];
  const rows = ORDER.map((question) =>
    el(
      "tr",
      { "data-question": question, "data-verdict": answer[question] },
      el("td", {}, shownVerdict(answer[question], language)),
      el("th", { scope: "row" }, capital(translate(QUESTIONS[question], language))),
    ),
  );
  return table("questions", [words.verdict, words.question], rows);
}

function checks(answer: Answer, language: Language): HTMLElement {
  const words = WORDS[language];
  const rows = (answer.checks as readonly ShownCheck[]).map((check) =>
    el(
      "tr",
      { "data-check": String(check.number), "data-verdict": check.verdict },
      el("td", { class: "number" }, String(check.number)),
      el("th", { scope: "row" }, capital(translate(CHECKS[check.name], language))),
      el("td", {}, shownVerdict(check.verdict, language)),
      el("td", { class: "finding" }, check.detail + (check.findings > 1 ? words.more(check.findings - 1) : "")),
    ),
  );
  return table("checks", [[words.number, "number"], words.check, words.verdict, words.finding], rows);
}

function times(answer: Answer, language: Language): HTMLElement[] {
  const words = WORDS[language];
  const attestations = answer.attestations as readonly { not_before: Bound; not_after: Bound; size: number }[];
  if (attestations.length === 0) return [];
  const intervals = answer.intervals as readonly { index: number; not_before: Bound | null; not_after: Bound | null }[];
  const attested = attestations.map((found) =>
    el(
      "tr",
      {},
      el("td", {}, found.size === 1 ? "0" : `0–${number(found.size - 1, language)}`),
      el("td", {}, moment(found.not_after.time, language, Math.ceil)),
      el("td", {}, `${visible(found.not_after.source)} (${words.weights[found.not_after.weight]})`),
    ),
  );
  const rows = intervals.map((interval) =>
    el(
      "tr",
      {},
      el("td", { class: "number" }, number(interval.index, language)),
      el("td", {}, interval.not_before ? moment(interval.not_before.time, language, Math.floor) : words.noLower),
      el("td", {}, interval.not_after ? moment(interval.not_after.time, language, Math.ceil) : words.unbounded),
    ),
  );
  return [
    el("h3", {}, words.times),
    el("p", { class: "soft" }, words.timesWhy),
    table("attestations", [words.covers, words.notAfter, words.source], attested),
    el(
      "details",
      { open: intervals.length <= 20 },
      el("summary", {}, words.allAttempts(intervals.length)),
      table("intervals", [[words.attempt, "number"], words.notBefore, words.notAfter], rows),
    ),
  ];
}

/** A moment in Paris, where the courts are, and in UTC, to the second; an upper bound is rounded up, never down. */
function moment(attested: string, language: Language, round: (seconds: number) => number): HTMLElement {
  const time = new Date(round(new Date(attested).getTime() / 1000) * 1000).toISOString();
  const paris = new Intl.DateTimeFormat(language === "fr" ? "fr-FR" : "en-GB", {
    dateStyle: "long",
    timeStyle: "medium",
    timeZone: "Europe/Paris",
  });
  return el(
    "span",
    {},
    `${paris.format(new Date(time))} (Paris)`,
    el("span", { class: "utc" }, time.replace("T", " ").replace(/\.\d+Z$/, " UTC")),
  );
}

function counts(answer: Answer, file: CheckedFile, language: Language): HTMLElement {
  const words = WORDS[language];
  const [found] = answer.cases as readonly { case: string | null; root: string | null; public_key: string | null }[];
  return pairs([
    [words.chosen.replace(/\s*:$/, ""), visible(file.name)],
    [words.sizeOfFile, `${number(file.size, language)} ${language === "fr" ? "octets" : "bytes"}`],
    [words.digestOfFile, el("span", { class: "digits" }, file.digest ?? "?")],
    [words.kind, words.kinds[answer.kind]],
    [words.case, el("span", { class: "digits" }, found?.case ?? "?")],
    [words.entries, number(answer.entries, language)],
    [words.attempts, number(answer.attempts, language)],
    [words.exhibits, number(answer.exhibits, language)],
    [words.withheld, number(answer.withheld, language)],
    [words.root, el("span", { class: "digits" }, found?.root ?? words.none)],
    [
      words.ledgerKey,
      found?.public_key
        ? el(
            "span",
            {},
            el("span", { class: "digits" }, grouped(sha256Hex(unhex(found.public_key)))),
            el("span", { class: "help" }, ` ${words.ledgerKeyHelp}`),
          )
        : words.none,
    ],
  ]);
}

function givenTo({ given }: CheckedFile, language: Language): HTMLElement {
  const words = WORDS[language];
  const names = (files: readonly string[]) => files.map(visible).join(", ") || words.noneGiven;
  return pairs([
    [words.keyGiven, given.key ? words.isGiven : words.notGiven],
    [words.receivedOn, given.receivedOn || words.notGiven],
    [words.checkpoints, names(given.checkpoints)],
    [words.roots, given.roots ? names(given.roots) : words.shippedRoots],
    [words.headers, names(given.headers)],
  ]);
}

function pairs(found: readonly [string, string | HTMLElement][]): HTMLElement {
  return el("dl", {}, ...found.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function save(answer: Answer, file: CheckedFile): void {
  const address = URL.createObjectURL(new Blob([JSON.stringify(answer, null, 2) + "\n"], { type: "application/json" }));
  el("a", { href: address, download: `${file.name}.verification.json` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
