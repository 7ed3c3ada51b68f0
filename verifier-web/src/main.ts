// One source, run twice: as the page, and as the worker that the page starts from its own text.

import type { Answer, Options } from "./core/engine.ts";
import type { Language } from "./core/messages.ts";
import { showPage } from "./page/page.ts";
import { start } from "./page/start.ts";
import { serve } from "./worker.ts";

declare global {
  interface Window {
    evidenceVault: { verify: typeof verify };
  }
}

/** The file, or something given beside it, cannot be used; the message says why. */
class RefusedError extends Error {
  override readonly name = "RefusedError";
}

if (typeof document === "undefined") {
  serve(globalThis as unknown as Parameters<typeof serve>[0]);
} else {
  window.evidenceVault = Object.freeze({ verify });
  showPage(document.getElementById("page") as HTMLElement);
}

/** What the page does, for other programs: the answer of `evidence-vault --json verify`, or a `RefusedError`. */
function verify(blob: Blob, { lang = "fr", ...options }: Options & { lang?: Language } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    start({ blob, options, digest: false }, (news) => {
      if ("broken" in news) reject(new Error(news.broken));
      if ("lacking" in news) reject(new Error(`this browser lacks ${news.lacking.join(", ")}`));
      if (!("outcome" in news)) return;
      const outcome = news.outcome[lang];
      if ("answer" in outcome) resolve(outcome.answer);
      else reject(new RefusedError(outcome.refused));
    });
  });
}
