// Sentences for people, kept as values until the page knows their language; the English is their key.

import { FRENCH } from "../catalogue.generated.ts";

export type Language = "fr" | "en";
export type Param = string | number | Message;

export interface Message {
  readonly text: string;
  readonly params: Readonly<Record<string, Param>>;
}

/** Make a message; generate.py looks for this name and takes the French from the catalogues of the program. */
export function say(text: string, params: Record<string, Param> = {}): Message {
  return { text, params };
}

/** A message in a language, its gaps filled. */
export function render(message: Message, language: Language): string {
  return translate(message.text, language).replace(/\{\{|\}\}|\{(\w+)\}/g, (found, name: string | undefined) => {
    if (name === undefined) return found.charAt(0);
    const value = message.params[name];
    if (value === undefined) return found;
    if (typeof value === "object") return render(value, language);
    return typeof value === "string" ? visible(value) : String(value);
  });
}

export function translate(text: string, language: Language): string {
  return language === "fr" ? ((FRENCH as Record<string, string>)[text] ?? text) : text;
}

/** `text` with each sign that could hide something or turn the line around made a visible mark. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (sign) => ("\n\u200c\u200d".includes(sign) ? sign : "\ufffd"));
}
