// Making elements. Text is only ever put in as text: what stands in evidence never becomes markup.

type Child = Node | string | null | false;
type Attributes = Record<string, string | boolean | ((event: never) => void)>;

export function el<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name.slice(2), value as (event: Event) => void);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false) made.setAttribute(name, value);
  }
  made.append(...children.filter((child): child is Node | string => child !== null && child !== false));
  return made;
}

export function table(className: string, heads: readonly (string | [string, string])[], rows: readonly Node[]): HTMLElement {
  const cells = heads.map((head) =>
    typeof head === "string" ? el("th", { scope: "col" }, head) : el("th", { scope: "col", class: head[1] }, head[0]),
  );
  return el("div", { class: "scroll" }, el("table", { class: className }, el("thead", {}, el("tr", {}, ...cells)), el("tbody", {}, ...rows)));
}

/** Digits in groups of four, to be compared by eye. */
export function grouped(digits: string): string {
  return digits.replace(/(.{4})(?=.)/g, "$1 ");
}
