// What the page is asked for: `arrange` lays it out before the picture is taken, `words` tells what the picture shows.
window.evaluation = (() => {
    const all = (selector) => [...document.querySelectorAll(selector)];
    const get = (id) => document.getElementById(id);

    // Cut what does not fit into its bar, as browsers do, so that the text of the page is what is shown.
    function fit() {
        for (const place of all("[data-fit]")) {
            const end = place.dataset.fit === "dots" ? "…" : "";
            const whole = place.textContent;
            let length = whole.length;
            while (place.scrollWidth > place.clientWidth + 1 && length > 1) place.textContent = whole.slice(0, --length) + end;
        }
    }

    function around(elements) {
        const boxes = elements.map((element) => element.getBoundingClientRect());
        return {
            left: Math.min(...boxes.map((box) => box.left)),
            right: Math.max(...boxes.map((box) => box.right)),
            top: Math.min(...boxes.map((box) => box.top)),
            bottom: Math.max(...boxes.map((box) => box.bottom)),
        };
    }

    // Bring the message into sight as a person would: smaller page, scrolling, no banner over it.
    function show() {
        const page = get("page");
        const message = all("[data-key=msg]");
        const view = get("viewport").getBoundingClientRect();
        for (let zoom = 1; zoom >= 0.6; zoom -= 0.1) {
            page.style.zoom = zoom;
            page.style.height = `${100 / zoom}%`;
            page.scrollTop = 0;
            const box = around(message);
            if (box.bottom > view.bottom - 8) page.scrollTop = Math.min(box.top - view.top - 20, box.bottom - view.bottom + 40) / zoom;
            const seen = around(message);
            if (seen.top >= view.top && seen.bottom <= view.bottom && seen.right <= view.right) break;
        }
        const banner = get("banner");
        if (!banner) return;
        const over = banner.getBoundingClientRect();
        const box = around(message);
        if (over.top < box.bottom + 4 && over.bottom > box.top && over.left < box.right && over.right > box.left) banner.remove();
    }

    // Scroll on until the message has left.
    function scroll() {
        const page = get("page");
        const spacer = document.createElement("div");
        spacer.style.height = "2000px";
        page.append(spacer);
        page.scrollTop += (around(all("[data-key=msg]")).bottom - get("viewport").getBoundingClientRect().top + 12) / page.style.zoom;
    }

    // Lay the dialog over the message.
    function cover(dialog) {
        get("banner")?.remove();
        const view = get("viewport").getBoundingClientRect();
        const box = around(all("[data-key=msg]"));
        get("viewport").insertAdjacentHTML("beforeend", dialog);
        const style = get("cover").style;
        style.left = `${box.left - view.left - 20}px`;
        style.top = `${box.top - view.top - 16}px`;
        style.width = `${box.right - box.left + 40}px`;
        style.height = `${box.bottom - box.top + 32}px`;
    }

    const heights = new Map();
    const pen = document.createElement("canvas").getContext("2d");
    function height(style) {
        const font = `${style.fontStyle} ${style.fontWeight} 500px ${style.fontFamily}`;
        if (!heights.has(font)) {
            pen.font = font;
            heights.set(font, pen.measureText("x").actualBoundingBoxAscent);
        }
        return (heights.get(font) * parseFloat(style.fontSize)) / 500;
    }

    function clipped(box, element) {
        let { left, top, right, bottom } = box;
        for (let at = element; at && at !== document.body; at = at.parentElement) {
            if (getComputedStyle(at).overflowX === "visible") continue;
            const limit = at.getBoundingClientRect();
            [left, right] = [Math.max(left, limit.left), Math.min(right, limit.right)];
            [top, bottom] = [Math.max(top, limit.top), Math.min(bottom, limit.bottom)];
        }
        [left, right] = [Math.max(left, 0), Math.min(right, innerWidth)];
        [top, bottom] = [Math.max(top, 0), Math.min(bottom, innerHeight)];
        return { left, top, right, bottom };
    }

    function onTop(box, element) {
        const found = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2);
        return found !== null && (element.contains(found) || found.contains(element));
    }

    // The pieces of a word, one for each line that it runs over.
    function* pieces(node, from, to) {
        const range = document.createRange();
        range.setStart(node, from);
        range.setEnd(node, to);
        if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size < 2) {
            yield [node.data.slice(from, to), range.getBoundingClientRect()];
            return;
        }
        let start = from;
        let row = null;
        for (let at = from; at <= to; at++) {
            range.setStart(node, Math.min(at, to - 1));
            range.setEnd(node, Math.min(at + 1, to));
            const top = at < to ? range.getBoundingClientRect().top : NaN;
            if (row !== null && !(Math.abs(top - row) < 3)) {
                range.setStart(node, start);
                range.setEnd(node, at);
                yield [node.data.slice(start, at), range.getBoundingClientRect()];
                start = at;
            }
            row = top;
        }
    }

    // Every word of the document: what it says, where it is, how much of it is in sight, what it belongs to.
    function words(scale) {
        const blocks = new Map();
        const found = [];
        const walker = document.createTreeWalker(get("screen"), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const node = walker.currentNode;
            const element = node.parentElement;
            const style = getComputedStyle(element);
            let block = element.closest("tr") ?? element;
            while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
            if (!blocks.has(block)) blocks.set(block, blocks.size);
            for (const match of node.data.matchAll(/\S+/g)) {
                for (const [text, box] of pieces(node, match.index, match.index + match[0].length)) {
                    const seen = clipped(box, element);
                    const wide = Math.max(0, seen.right - seen.left) / box.width;
                    const high = Math.max(0, seen.bottom - seen.top) / box.height;
                    const share = box.width && box.height && wide && high && onTop(seen, element) ? wide * high : 0;
                    found.push({
                        text,
                        box: [box.left, box.top, box.right, box.bottom].map((value) => value * scale),
                        seen: share,
                        height: height(style) * element.currentCSSZoom * scale,
                        key: element.closest("[data-key]")?.dataset.key ?? "",
                        block: blocks.get(block),
                    });
                }
            }
        }
        return found;
    }

    return { fit, show, scroll, cover, words };
})();
