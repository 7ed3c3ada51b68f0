// The page: what a person gives, and what comes of it.

import type { Options, Outcome } from "../core/engine.ts";
import type { Language } from "../core/messages.ts";
import { readable, readCertificate } from "../core/x509.ts";
import { unbase64, text } from "../core/bytes.ts";
import { SHIPPED_ROOTS } from "../roots.generated.ts";
import type { News } from "../worker.ts";
import { el } from "./elements.ts";
import { showResult, type CheckedFile } from "./result.ts";
import { start } from "./start.ts";
import { number, WORDS, type Words } from "./words.ts";

/** What was given so far; it outlives a change of language. */
interface Given {
  file: File | null;
  key: string;
  receivedOn: string;
  checkpoints: File[];
  roots: File[];
  headers: File[];
}

type FileLists = "checkpoints" | "roots" | "headers";

export function showPage(root: HTMLElement): void {
  new Page(root).show();
}

class Page {
  private language: Language = "fr";
  private readonly given: Given = { file: null, key: "", receivedOn: "", checkpoints: [], roots: [], headers: [] };
  private running: { stop(): void } | null = null;
  private checked: { outcome: Readonly<Record<Language, Outcome>>; file: CheckedFile } | null = null;
  private readonly status = el("div", { "aria-live": "polite", role: "status" });
  private readonly result = el("div", { "aria-live": "off" });
  private givenIsOpen = false;

  constructor(private readonly root: HTMLElement) {
    // A file that misses the drop zone must not replace the page.
    for (const name of ["dragover", "drop"]) {
      window.addEventListener(name, (event) => event.preventDefault());
    }
  }

  private get words(): Words {
    return WORDS[this.language];
  }

  show(): void {
    const { words } = this;
    document.documentElement.lang = this.language;
    document.title = words.title;
    this.root.replaceChildren(
      el(
        "header",
        {},
        el("h1", {}, words.title),
        el(
          "button",
          { type: "button", class: "plain", id: "language", lang: this.language === "fr" ? "en" : "fr", onclick: () => this.switchLanguage() },
          words.otherLanguage,
        ),
      ),
      el(
        "main",
        {},
        el("div", { class: "screen" }, el("p", {}, words.lead), el("p", {}, el("strong", {}, words.offline))),
        this.fileSection(),
        this.givenSection(),
        el("section", { class: "result", "aria-label": words.result }, this.status, this.result),
      ),
      this.about(),
    );
    this.showChecked();
  }

  private switchLanguage(): void {
    this.language = this.language === "fr" ? "en" : "fr";
    this.show();
    document.getElementById("language")?.focus();
  }

  private fileSection(): HTMLElement {
    const { words } = this;
    const name = el("p", { class: "name", id: "chosen" });
    const input = el("input", {
      type: "file",
      id: "file",
      class: "hidden",
      accept: ".zip,.pdf,application/zip,application/pdf",
      onchange: () => this.choose(input.files?.[0] ?? null, name),
    });
    const drop = el(
      "div",
      {
        class: "drop",
        id: "drop",
        ondragover: () => drop.classList.add("over"),
        ondragleave: () => drop.classList.remove("over"),
        ondrop: (event: DragEvent) => {
          drop.classList.remove("over");
          this.choose(event.dataTransfer?.files[0] ?? null, name);
        },
      },
      el("p", {}, words.drop),
      input,
      el("label", { class: "button", for: "file" }, words.choose),
      name,
    );
    this.nameFile(name);
    return el("section", { class: "screen" }, el("h2", {}, words.file), drop);
  }

  private choose(file: File | null, name: HTMLElement): void {
    if (!file) return;
    this.given.file = file;
    this.nameFile(name);
    void this.verify();
  }

  private nameFile(name: HTMLElement): void {
    const { file } = this.given;
    name.textContent = file
      ? `${this.words.chosen} ${file.name} (${number(file.size, this.language)} ${this.language === "fr" ? "octets" : "bytes"})`
      : "";
  }

  private givenSection(): HTMLElement {
    const { words, given } = this;
    const key = el("textarea", { id: "key", rows: "2", spellcheck: "false", autocomplete: "off", "aria-describedby": "key-help", oninput: () => void (given.key = key.value) });
    key.value = given.key;
    const keyFile = el("input", {
      type: "file",
      id: "key-file",
      class: "hidden",
      onchange: async () => {
        const [file] = keyFile.files ?? [];
        if (file) key.value = given.key = (await textOf(file)).trim();
      },
    });
    const day = el("input", { type: "date", id: "received-on", "aria-describedby": "received-help", oninput: () => void (given.receivedOn = day.value) });
    day.value = given.receivedOn;
    const details = el(
      "details",
      { open: this.givenIsOpen, ontoggle: () => void (this.givenIsOpen = details.open) },
      el("summary", {}, words.given),
      el("p", { class: "soft" }, words.givenWhy),
      el(
        "div",
        { class: "field" },
        el("label", { for: "key" }, words.key),
        key,
        el("p", { class: "help", id: "key-help" }, words.keyHelp),
        el("div", { class: "row" }, keyFile, el("label", { class: "button", for: "key-file" }, words.keyFile)),
      ),
      this.filesField("checkpoints", words.checkpoints, words.checkpointsHelp),
      el(
        "div",
        { class: "field" },
        el("label", { for: "received-on" }, words.receivedOn),
        day,
        el("p", { class: "help", id: "received-help" }, words.receivedHelp),
      ),
      this.filesField("roots", words.roots, words.rootsHelp),
      this.filesField("headers", words.headers, words.headersHelp),
    );
    return el(
      "section",
      { class: "screen" },
      details,
      el("p", { class: "actions" }, el("button", { type: "button", class: "main", id: "verify", onclick: () => void this.verify() }, words.verify)),
    );
  }

  private filesField(name: FileLists, label: string, help: string): HTMLElement {
    const { words, given } = this;
    const count = el("span", { class: "soft", id: `${name}-count` });
    const remove = el("button", { type: "button", class: "plain", onclick: () => put([]) }, words.remove);
    const put = (files: File[]) => {
      given[name] = files;
      count.textContent = files.length ? `${words.countFiles(files.length)} (${files.map((file) => file.name).join(", ")})` : words.noFile;
      remove.hidden = files.length === 0;
      if (files.length === 0) input.value = "";
    };
    const input = el("input", {
      type: "file",
      id: name,
      class: "hidden",
      multiple: true,
      "aria-describedby": `${name}-help ${name}-count`,
      onchange: () => put([...(input.files ?? [])]),
    });
    put(given[name]);
    return el(
      "div",
      { class: "field" },
      el("span", { class: "label", id: `${name}-label` }, label),
      el("p", { class: "help", id: `${name}-help` }, help),
      el("div", { class: "row", role: "group", "aria-labelledby": `${name}-label` }, input, el("label", { class: "button", for: name }, words.files), count, remove),
    );
  }

  private about(): HTMLElement {
    const { words } = this;
    const roots = SHIPPED_ROOTS.map((each) => el("li", {}, readable(readCertificate(unbase64(each)).subject)));
    return el(
      "details",
      { class: "about", open: true },
      el("summary", {}, words.about),
      el("p", {}, words.aboutCopy),
      el("p", {}, words.aboutHow),
      el("pre", {}, "Linux      sha256sum verify.html\nmacOS      shasum -a 256 verify.html\nWindows    certutil -hashfile verify.html SHA256"),
      el("p", {}, words.aboutOffline),
      el("p", {}, words.aboutProgram),
      roots.length ? el("p", {}, words.shipped + (this.language === "fr" ? "\u00a0:" : ":")) : null,
      roots.length ? el("ul", {}, ...roots) : null,
    );
  }

  private async options(file: File): Promise<Options> {
    const { given } = this;
    const headers = await Promise.all(given.headers.map(textOf));
    return {
      name: file.name,
      key: given.key,
      receivedOn: given.receivedOn,
      checkpoints: await Promise.all(given.checkpoints.map(textOf)),
      headers: headers.join("\n"),
      ...(given.roots.length ? { roots: await Promise.all(given.roots.map(textOf)) } : {}),
    };
  }

  private async verify(): Promise<void> {
    const { file } = this.given;
    this.running?.stop();
    this.running = null;
    this.checked = null;
    this.result.replaceChildren();
    if (!file) {
      this.status.replaceChildren(el("p", {}, this.words.chooseFirst));
      return;
    }
    const line = el("span", {}, this.words.working);
    const bar = el("progress", { "aria-label": this.words.working });
    this.status.replaceChildren(el("p", { id: "working" }, line), bar);
    const { key, receivedOn, checkpoints, roots, headers } = this.given;
    const given = {
      key: key.trim() !== "",
      receivedOn,
      checkpoints: checkpoints.map(({ name }) => name),
      roots: roots.length ? roots.map(({ name }) => name) : null,
      headers: headers.map(({ name }) => name),
    };
    const options = await this.options(file);
    const run = start({ blob: file, options, digest: true }, (news) => {
      if (this.running === run) this.tell(news, file, given, line, bar);
    });
    this.running = run;
  }

  private tell(
    news: News,
    file: File,
    given: CheckedFile["given"],
    line: HTMLElement,
    bar: HTMLProgressElement,
  ): void {
    const { words } = this;
    if ("entries" in news) line.textContent = words.readEntries(news.entries);
    else if ("exhibits" in news) {
      line.textContent = words.readExhibits(news.exhibits, news.of);
      bar.max = news.of;
      bar.value = news.exhibits;
    } else if ("hashing" in news) {
      line.textContent = words.hashing;
      bar.removeAttribute("value");
    } else {
      this.running = null;
      this.status.replaceChildren();
      if ("broken" in news) return this.result.replaceChildren(refusal(words.broken, news.broken));
      if ("lacking" in news) return this.result.replaceChildren(refusal(words.tooOld, news.lacking.join(", ")));
      const { outcome, digest } = news;
      this.checked = { outcome, file: { name: file.name, size: file.size, digest, moment: new Date(), given } };
      this.showChecked();
      document.getElementById("result-title")?.focus();
    }
  }

  private showChecked(): void {
    if (!this.checked) return;
    const outcome = this.checked.outcome[this.language];
    if ("answer" in outcome) this.result.replaceChildren(...showResult(outcome.answer, this.checked.file, this.language));
    else this.result.replaceChildren(refusal(this.words.refused, outcome.refused));
  }
}

function refusal(title: string, detail: string): HTMLElement {
  return el("div", { class: "banner failed", id: "refused" }, el("span", { class: "word" }, title), el("p", {}, detail));
}

/** The text of a file; what is no text is passed on as well as can be, and refused where it is read. */
async function textOf(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  try {
    return text(bytes);
  } catch {
    return String.fromCharCode(...bytes.subarray(0, 65_536));
  }
}
