// Help for people who read and code: selected words become a passage, names are completed, what
// was typed survives a closed tab, and keys do what buttons do. Every page works without it.
"use strict";

const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const one = (selector, within = document) => within.querySelector(selector);
// A browser can refuse to store anything.
const kept = (name) => { try { return localStorage.getItem(name); } catch { return null; } };
const keep = (name, text) => { try { localStorage.setItem(name, text); } catch { /* not kept */ } };
const forget = (name) => { try { localStorage.removeItem(name); } catch { /* not kept */ } };

// --- a selection as a passage: code points of the stored text, the end exclusive

// Yield each code point below a node with its number. A sign that is shown by its escape is one.
function* points(node, from) {
  let at = from;
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) {
      for (const point of child.data) yield [point, at++];
    } else if (child.classList?.contains("sign")) {
      if (child.textContent) yield [child.textContent, at++];
    } else {
      for (const found of points(child, at)) { yield found; at = found[1] + 1; }
    }
  }
}

// Return the code points of a piece of text that are in a range, with their offsets.
function inside(piece, range) {
  const before = document.createRange();
  before.selectNodeContents(piece);
  const part = before.cloneRange();
  if (piece.contains(range.startContainer)) part.setStart(range.startContainer, range.startOffset);
  if (piece.contains(range.endContainer)) part.setEnd(range.endContainer, range.endOffset);
  // A sign belongs to the selection as a whole.
  const [first, last] = [part.startContainer, part.endContainer].map((n) => n.parentElement?.closest(".sign"));
  if (first) part[part.startOffset < first.textContent.length ? "setStartBefore" : "setStartAfter"](first);
  if (last) part[part.endOffset ? "setEndAfter" : "setEndBefore"](last);
  before.setEnd(part.startContainer, part.startOffset);
  const skipped = [...points(before.cloneContents(), 0)].length;
  return [...points(part.cloneContents(), Number(piece.dataset.start) + skipped)];
}

// Return the selected passage without blanks around it, or null.
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const pieces = all(".coding [data-start]").filter((piece) => range.intersectsNode(piece));
  const found = pieces.flatMap((piece) => inside(piece, range));
  const blank = ([point]) => /^[ \t\r\n]$/.test(point);
  while (found.length && blank(found[0])) found.shift();
  while (found.length && blank(found.at(-1))) found.pop();
  if (!found.length) return null;
  const [start, end] = [found[0][1], found.at(-1)[1] + 1];
  const piece = pieces.findLast((p) => Number(p.dataset.start) <= start);
  const words = found.map(([point]) => point).join("");
  return { start, end, words, line: piece.closest(".line").id.replace("line-", "") };
}

// Fill in the passage that is selected.
function fill() {
  const passage = selected();
  const field = one("#said-at");
  if (!passage || !field) return false;
  field.value = `char=${passage.start},${passage.end}`;
  one("#passage").textContent = `Line ${passage.line}: “${passage.words}”`;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  return true;
}

// Select words of a line by keyboard: arrows move by a word, with Shift they extend.
function moveInLine(line, key, extend) {
  const selection = getSelection();
  const words = one(".words", line);
  const forward = key === "ArrowRight" ? "forward" : "backward";
  const here = selection.rangeCount && words.contains(selection.anchorNode);
  if (!here) selection.collapse(one("[data-start]", words) ?? words, 0);
  else if (!extend) selection[forward === "forward" ? "collapseToEnd" : "collapseToStart"]();
  selection.modify("extend", forward, "word");
  fill();
}

// --- completion of names

let latest = 0;
async function complete(field) {
  const cut = field.dataset.complete.startsWith("claim") ? 0 : field.value.lastIndexOf(",") + 1;
  const head = field.value.slice(0, cut) + (cut ? " " : "");
  const asked = ++latest;
  const query = new URLSearchParams({ what: field.dataset.complete, q: field.value.slice(cut).trim() });
  const answer = await fetch(`/complete.json?${query}`).catch(() => null);
  if (!answer?.ok) return;
  const rows = await answer.json();
  if (asked !== latest) return;
  const options = rows.map(({ value, label }) => {
    const option = document.createElement("option");
    option.value = head + value;
    option.label = label;
    return option;
  });
  one("#completions").replaceChildren(...options);
  field.setAttribute("list", "completions");
}

function completing() {
  if (!one("[data-complete]")) return;
  const list = document.createElement("datalist");
  list.id = "completions";
  document.body.append(list);
  let waiting = 0;
  document.addEventListener("input", ({ target, inputType }) => {
    if (!target.dataset?.complete || inputType === "insertReplacementText") return;
    clearTimeout(waiting);
    waiting = setTimeout(complete, 150, target);
  });
}

// --- drafts, and initials that are typed once

function drafts() {
  for (const field of all("[data-keep]")) {
    const name = `kb-${field.dataset.keep}`;
    if (!field.value) field.value = kept(name) ?? "";
    field.addEventListener("change", () => keep(name, field.value));
  }
  const form = one("form[data-draft]");
  if (!form) return;
  const name = `kb-draft:${location.pathname}`;
  const typed = () => [...form.elements].filter((e) => e.name && e.type !== "hidden" && e.type !== "submit");
  if (one(".saved") && kept(`${name}:sent`)) { forget(name); }
  forget(`${name}:sent`);
  const stored = form.hasAttribute("data-fresh") && kept(name);
  if (stored) restore(form, JSON.parse(stored), () => { forget(name); form.reset(); });
  form.addEventListener("input", () => {
    const values = typed().filter((e) => e.value !== "" && !e.dataset.keep).map((e) => [e.name, e.value]);
    if (values.length) keep(name, JSON.stringify(values)); else forget(name);
  });
  form.addEventListener("submit", ({ submitter }) => {
    if (submitter?.value !== "preview") keep(`${name}:sent`, "yes");
  });
}

function restore(form, values, discard) {
  for (const [name, text] of values) {
    const field = form.elements.namedItem(name);
    if (!field) continue;
    field.value = text;
    field.closest("details")?.setAttribute("open", "");
  }
  const notice = one("#draft");
  notice.hidden = false;
  one("button", notice).addEventListener("click", () => { discard(); notice.hidden = true; });
}

// --- the result before it is saved, without leaving the page

async function tryOut(form) {
  const body = new URLSearchParams(new FormData(form));
  body.set("step", "preview");
  const answer = await fetch(form.action, { method: "POST", body });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const result = one("#result", page);
  if (!result) { form.submit(); return; }
  one("#result").replaceWith(document.adoptNode(result));
  all("input[name=shown]", form).forEach((field) => field.remove());
  const shown = one("input[name=shown]", page);
  if (shown) form.append(document.adoptNode(shown));
  one("#result").scrollIntoView({ block: "nearest" });
}

function trying() {
  const form = one("form[data-draft]");
  form?.addEventListener("submit", (event) => {
    if (event.submitter?.value !== "preview") return;
    event.preventDefault();
    tryOut(form).catch(() => form.submit());
  });
}

// --- days: a slider over those that matter fills in the date

function sliders() {
  for (const slider of all("input[data-days]")) {
    const days = slider.dataset.days.split(" ");
    const field = one(`input[name="${slider.dataset.for}"]`, slider.form);
    const tell = () => slider.setAttribute("aria-valuetext", field.value || "now");
    slider.closest("label").hidden = false;
    slider.addEventListener("input", () => { field.value = days[slider.value] ?? ""; tell(); });
    tell();
  }
}

// --- keys

const LISTS = [".pair", ".coding .line", "main .dispute", "main .claims > li", "main .documents > li"];

function step(by) {
  const items = LISTS.map((list) => all(list)).find((found) => found.length) ?? [];
  const at = items.findIndex((item) => item.contains(document.activeElement));
  const next = items[at < 0 ? (by > 0 ? 0 : items.length - 1) : at + by];
  if (!next) return;
  if (!next.hasAttribute("tabindex")) next.tabIndex = -1;
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

function start() {
  const field = one("#claim-claim");
  const line = document.activeElement.closest?.(".coding .line");
  if (!field) return;
  if (line && !selected()) getSelection().selectAllChildren(one(".words p:last-child", line));
  fill();
  field.focus();
}

const KEYS = {
  j: () => step(1),
  k: () => step(-1),
  n: start,
  a: () => one("[data-key=a]", document.activeElement.closest?.(".pair") ?? document.createElement("p"))?.click(),
  "?": () => one("#keys").showModal(),
};

function pressed(event) {
  const { key, target } = event;
  if (event.ctrlKey || event.altKey || event.metaKey || one("dialog[open]")) return;
  if (target.matches?.("input, select, textarea")) {
    if (key === "Escape") target.blur();
    return;
  }
  const line = target.closest?.(".coding .line");
  if (line && (key === "ArrowRight" || key === "ArrowLeft")) {
    event.preventDefault();
    moveInLine(line, key, event.shiftKey);
  } else if (KEYS[key] && (key === "?" || kept("kb-keys") !== "off")) {
    event.preventDefault();
    KEYS[key]();
  }
}

function keys() {
  const panel = one("#keys");
  if (!panel) return;
  const button = one("#show-keys");
  button.hidden = false;
  button.addEventListener("click", () => panel.showModal());
  const use = one("#use-keys");
  use.checked = kept("kb-keys") !== "off";
  use.addEventListener("change", () => keep("kb-keys", use.checked ? "on" : "off"));
  document.addEventListener("keydown", pressed);
}

one(".coding")?.addEventListener("mouseup", () => setTimeout(fill));
one(".coding")?.addEventListener("keyup", ({ key }) => { if (key === "Shift") fill(); });
completing();
drafts();
trying();
sliders();
keys();
// After a record was accepted or rejected, the next one is where the keys work.
if (location.pathname === "/review" && one(".saved") && one(".pair")) {
  addEventListener("load", () => setTimeout(step, 0, 1));
}
