// What the page is built of: elements, moments as this browser's language writes them, and text with its entities.

export const $ = (id) => document.getElementById(id);
export const DAY = 86400;

export const SAID = {
  sendMessage: "sent",
  sendDocument: "sent a file",
  sendPhoto: "sent a picture",
  sendAnimation: "sent a moving picture",
  editMessageText: "changed a message",
  editMessageCaption: "changed a message",
  editMessageReplyMarkup: "changed buttons",
  editMessageMedia: "changed a picture",
  deleteMessage: "took a message back",
  answerCallbackQuery: "answered a tap",
  sendChatAction: "is typing",
  setMyCommands: "set its menu",
  setMyDescription: "described itself",
  setMyShortDescription: "described itself shortly",
  setMyName: "named itself",
  setMyProfilePhoto: "set its picture",
  leaveChat: "left a group",
};

const LANGUAGE = navigator.languages.find((language) => language.startsWith("en")) ?? "en-GB";

export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== false && value != null) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child != null));
  return element;
}

export function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(svg.namespaceURI, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

// Opens or closes what a button controls; a menu is hidden as well, the rest is left to the style.
export function fold(button, closed) {
  button.setAttribute("aria-expanded", String(!closed));
  const panel = $(button.getAttribute("aria-controls"));
  if (panel.classList.contains("menu")) panel.hidden = closed;
}

// Puts a text where it can be pasted from; a browser may refuse.
export async function copied(text, told) {
  try {
    await navigator.clipboard.writeText(text);
    told("Copied.");
  } catch {
    told("This browser lets nothing be copied.");
  }
}

// Moments, in the zone of the person on the phone. A format takes long to make, so each is made once.

let zone = null;
const formats = new Map();

export function setZone(name) {
  if (name === zone) return false;
  zone = name;
  formats.clear();
  return true;
}

export const zoneName = () => (zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone).replaceAll("_", " ");

export function when(seconds, options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) {
    const whole = { hourCycle: "h23", timeZone: zone ?? undefined, ...options };
    formats.set(key, new Intl.DateTimeFormat(LANGUAGE, whole));
  }
  return formats.get(key).format(new Date(seconds * 1000));
}

export const clockTime = (seconds) => when(seconds, { hour: "2-digit", minute: "2-digit" });
export const dayName = (seconds) => when(seconds, { weekday: "long", day: "numeric", month: "long" });
export const shortDay = (seconds) => when(seconds, { weekday: "short", day: "numeric", month: "short" });

// A date that is the person's own already, so no zone may move it.
export function dateName(iso) {
  const options = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" };
  return when(Date.parse(`${iso}T12:00:00Z`) / 1000, options);
}

function relative(seconds, now) {
  const left = seconds - now;
  const format = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });
  for (const [unit, size] of [["day", DAY], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(left) >= size) return format.format(Math.round(left / size), unit);
  }
  return format.format(Math.round(left), "second");
}

function absolute(seconds, format) {
  const options = {};
  if (format.includes("w")) options.weekday = "long";
  if (format.includes("d")) Object.assign(options, { day: "2-digit", month: "2-digit", year: "2-digit" });
  if (format.includes("D")) Object.assign(options, { day: "numeric", month: "long", year: "numeric" });
  if (/[tT]/.test(format)) Object.assign(options, { hour: "2-digit", minute: "2-digit" });
  if (format.includes("T")) options.second = "2-digit";
  return when(seconds, options);
}

// Text with entities. Offsets are UTF-16 units, which is what strings of this language count in.

export function rich(text, entities, reader) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fill(fragment, text, 0, text.length, sorted, reader);
  return fragment;
}

function fill(parent, text, start, end, entities, reader) {
  let at = start;
  let index = 0;
  while (index < entities.length) {
    const entity = entities[index];
    const stop = Math.min(entity.offset + entity.length, end);
    const inner = [];
    for (index += 1; index < entities.length && entities[index].offset < stop; index += 1) inner.push(entities[index]);
    const block = ["blockquote", "expandable_blockquote", "pre"].includes(entity.type);
    // The line ends around a block are the block's own.
    const before = block && text[entity.offset - 1] === "\n" ? entity.offset - 1 : entity.offset;
    if (before > at) parent.append(text.slice(at, before));
    const element = dress(entity, text.slice(entity.offset, stop), reader);
    fill(element.inside ?? element, text, entity.offset, stop, inner, reader);
    parent.append(element);
    at = block && text[stop] === "\n" ? stop + 1 : stop;
  }
  if (end > at) parent.append(text.slice(at, end));
}

function dress(entity, text, reader) {
  switch (entity.type) {
    case "bold": return make("strong");
    case "italic": return make("em");
    case "underline": return make("u");
    case "strikethrough": return make("s");
    case "code": return make("code");
    case "pre": return make("pre");
    case "blockquote": return make("blockquote");
    case "expandable_blockquote": return expandable();
    case "spoiler": return spoiler();
    case "text_link": return link(entity.url);
    case "url": return link(text);
    case "bot_command": return inline("command", () => reader.say(text));
    case "date_time": return moment(entity, text, reader);
    default: return make("span");
  }
}

function link(address) {
  const allowed = /^(https?|mailto|tel):/i.test(address) ? address : `https://${address}`;
  return make("a", { href: allowed, target: "_blank", rel: "noopener noreferrer" });
}

// A button within a sentence. A real one would let the line break between it and the full stop behind it.
function inline(kind, press) {
  const onkeydown = (event) => { if (event.key === "Enter" || event.key === " ") { event.preventDefault(); press(); } };
  return make("span", { class: kind, role: "button", tabindex: "0", onclick: press, onkeydown });
}

function spoiler() {
  const element = inline("spoiler", () => { element.classList.add("open"); element.removeAttribute("role"); });
  return element;
}

function expandable() {
  const inside = make("span", { class: "inside" });
  const more = make("button", { type: "button", "aria-expanded": "false" }, "Show more");
  const quote = make("blockquote", { class: "expandable folded" }, inside, more);
  more.addEventListener("click", () => {
    const folded = quote.classList.toggle("folded");
    more.textContent = folded ? "Show more" : "Show less";
    more.setAttribute("aria-expanded", String(!folded));
  });
  quote.inside = inside;
  // Whether there is more to show is known once it is laid out.
  requestAnimationFrame(() => quote.classList.toggle("short", inside.scrollHeight <= inside.clientHeight + 4));
  return quote;
}

// A moment in the phone's own zone; Bot API, date-time entity formatting.
function moment(entity, text, reader) {
  const element = make("time", {
    datetime: new Date(entity.unix_time * 1000).toISOString(),
    title: when(entity.unix_time, { dateStyle: "full", timeStyle: "long" }),
  });
  const format = entity.date_time_format ?? "";
  if (!format) return element;
  element.inside = make("span", { class: "sr", "aria-hidden": "true" });
  element.append(format === "r" ? relative(entity.unix_time, reader.now()) : absolute(entity.unix_time, format));
  return element;
}
