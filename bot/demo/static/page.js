// The demo's chat page: shows what /state says, sends what the person does.

const $ = (id) => document.getElementById(id);

const CITIES = [
  ["Auckland", -36.85, 174.76],
  ["Berlin", 52.52, 13.41],
  ["Lisbon", 38.72, -9.14],
  ["London", 51.51, -0.13],
  ["Mumbai", 19.08, 72.88],
  ["Nairobi", -1.29, 36.82],
  ["New York", 40.71, -74.01],
  ["São Paulo", -23.55, -46.63],
  ["Sydney", -33.87, 151.21],
  ["Tokyo", 35.68, 139.69],
];

const SAID = {
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
  leaveChat: "left a group",
};

const LANGUAGE = navigator.languages.find((language) => language.startsWith("en")) ?? "en-GB";
const DAY = 86400;
const NEAR = 90; // pixels from the end that still count as being there

const shown = new Map(); // message id -> { message, item }
let state = null;
let zone = null;
let tapped = null; // id of the message whose button was pressed last
let lastAnswer = null;

// Small tools

function make(tag, attributes = {}, ...children) {
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

function icon(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(svg.namespaceURI, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
}

function when(seconds, options) {
  const format = new Intl.DateTimeFormat(LANGUAGE, { hourCycle: "h23", timeZone: zone ?? undefined, ...options });
  return format.format(new Date(seconds * 1000));
}

const clockTime = (seconds) => when(seconds, { hour: "2-digit", minute: "2-digit" });
const dayName = (seconds) => when(seconds, { weekday: "long", day: "numeric", month: "long" });
const shortDay = (seconds) => when(seconds, { weekday: "short", day: "numeric", month: "short" });

async function post(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error((await answer.json().catch(() => ({}))).detail || "That did not work.");
}

async function attempt(path, body) {
  try {
    await post(path, body);
    return true;
  } catch (error) {
    toast(error instanceof TypeError ? "The demo does not answer." : error.message);
    return false;
  }
}

function toast(text) {
  const note = make("p", {}, text);
  $("toasts").append(note);
  setTimeout(() => note.remove(), 2500 + text.length * 45);
}

// Text with entities. Offsets are UTF-16 units, which is what strings of this language count in.

function rich(text, entities) {
  const sorted = [...entities].sort((a, b) => a.offset - b.offset || b.length - a.length);
  const fragment = document.createDocumentFragment();
  fill(fragment, text, 0, text.length, sorted);
  return fragment;
}

function fill(parent, text, start, end, entities) {
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
    const element = dress(entity, text.slice(entity.offset, stop));
    fill(element.inside ?? element, text, entity.offset, stop, inner);
    parent.append(element);
    at = block && text[stop] === "\n" ? stop + 1 : stop;
  }
  if (end > at) parent.append(text.slice(at, end));
}

function dress(entity, text) {
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
    case "bot_command": return inline("command", () => say(text));
    case "date_time": return moment(entity, text);
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
function moment(entity, text) {
  const element = make("time", {
    datetime: new Date(entity.unix_time * 1000).toISOString(),
    title: when(entity.unix_time, { dateStyle: "full", timeStyle: "long" }),
  });
  const format = entity.date_time_format ?? "";
  if (!format) return element;
  element.inside = make("span", { class: "sr", "aria-hidden": "true" });
  element.append(format === "r" ? relative(entity.unix_time) : absolute(entity.unix_time, format));
  return element;
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

function relative(seconds) {
  const left = seconds - state.now;
  const format = new Intl.RelativeTimeFormat(LANGUAGE, { numeric: "auto" });
  for (const [unit, size] of [["day", DAY], ["hour", 3600], ["minute", 60]]) {
    if (Math.abs(left) >= size) return format.format(Math.round(left / size), unit);
  }
  return format.format(Math.round(left), "second");
}

// Messages

function draw(message) {
  const bubble = make("div", { class: "bubble" });
  const address = (file) => `/file/${encodeURIComponent(file.file_id)}`;
  if (message.photo) {
    const photo = message.photo.at(-1);
    bubble.append(make("img", { src: address(photo), width: photo.width, height: photo.height, alt: message.text }));
  } else if (message.animation?.file_name?.endsWith(".mp4")) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const film = make("video", { src: address(message.animation), loop: true, playsinline: true, controls: still });
    film.muted = true;
    film.autoplay = !still;
    bubble.append(film);
  } else if (message.animation) {
    bubble.append(make("img", { src: address(message.animation), alt: message.text }));
  } else if (message.document) {
    const { file_name: name, file_size: size } = message.document;
    bubble.append(
      card("a", { href: address(message.document), download: name }, "M12 4v11m-5-5 5 5 5-5M5 20h14", name, measure(size)),
    );
  } else if (message.location) {
    const { latitude, longitude } = message.location;
    const where = `${latitude.toFixed(2)}, ${longitude.toFixed(2)}`;
    bubble.append(card("div", {}, "M12 21s7-6.2 7-11a7 7 0 0 0-14 0c0 4.8 7 11 7 11Zm0-9v.01", "My location", where));
  } else if (message.voice || message.sticker) {
    bubble.append(make("em", {}, message.voice ? "Voice message" : "Sticker"));
  }
  bubble.append(rich(message.text, message.entities), meta(message));
  const body = make("div", { class: message.keyboard.length ? "body keyed" : "body" }, bubble);
  if (message.keyboard.length) body.append(keyboard(message));
  return make(
    "li",
    { class: message.mine ? "message mine" : "message", tabindex: "-1" },
    make("div", { class: "day" }),
    make("span", { class: "sr" }, message.mine ? "You: " : `${state.bot.name}: `),
    body,
  );
}

function card(tag, attributes, path, title, detail) {
  return make(
    tag,
    { class: "file", ...attributes },
    make("span", { class: "sign" }, icon(path)),
    make("b", {}, title),
    make("small", {}, detail),
  );
}

const measure = (bytes) => (bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} kB`);

function meta(message) {
  const quiet = icon("M6 16V11a6 6 0 0 1 9-5.2M18 12v4H8M4 4l16 16M10 19a2 2 0 0 0 4 0");
  return make(
    "span",
    { class: "meta" },
    message.silent ? quiet : null,
    message.silent ? make("span", { class: "sr" }, "without sound") : null,
    message.edited_at ? "edited" : null,
    make("span", {}, clockTime(message.date)),
  );
}

function keyboard(message) {
  const rows = message.keyboard.map((row) =>
    make("div", {}, ...row.map((button) => {
      if (button.url) return make("a", { href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text);
      const pressed = () => press(message.id, button.callback_data, element);
      const element = make("button", { type: "button", class: button.style ?? "", onclick: pressed }, button.text);
      return element;
    })),
  );
  return make("div", { class: "keyboard", role: "group", "aria-label": "Answers" }, ...rows);
}

async function press(id, data, button) {
  if (button.getAttribute("aria-disabled") === "true") return;
  tapped = id;
  button.classList.add("busy");
  button.setAttribute("aria-disabled", "true");
  await attempt("/tap", { message_id: id, data });
  setTimeout(() => {
    button.classList.remove("busy");
    button.removeAttribute("aria-disabled");
  }, 250);
}

function update(next) {
  const list = $("messages");
  const away = $("scroll").scrollHeight - $("scroll").scrollTop - $("scroll").clientHeight > NEAR;
  const kept = new Set(next.ids);
  for (const [id, { item }] of shown) {
    if (next.afresh || !kept.has(id)) {
      item.remove();
      shown.delete(id);
    }
  }
  let newest = null;
  let mine = false;
  for (const message of next.messages) {
    const item = draw(message);
    const old = shown.get(message.id)?.item;
    if (old) {
      const focused = old.contains(document.activeElement);
      old.replaceWith(item);
      if (focused) (item.querySelector(".keyboard button") ?? item).focus({ preventScroll: true });
      if (!next.afresh && !playing()) $("said").textContent = message.text.slice(0, 300);
    } else {
      if (!next.afresh) item.classList.add("arrived");
      list.append(item);
      mine ||= message.mine;
    }
    shown.set(message.id, { message, item });
    newest = item;
  }
  if (next.messages.length || next.afresh) {
    separate();
    if (next.afresh || !away || mine || shown.get(tapped)?.item === newest) follow(newest);
    else $("down").hidden = false;
  }
}

// Says the day above its first message, and where the talk changes sides.
function separate() {
  let day = null;
  let mine = null;
  for (const { message, item } of shown.values()) {
    const label = dayName(message.date);
    item.querySelector(".day").textContent = label;
    item.querySelector(".day").hidden = label === day;
    item.classList.toggle("turn", message.mine !== mine);
    day = label;
    mine = message.mine;
  }
}

// To the end; but the start of a message that is higher than the window comes first.
function follow(item) {
  const scroll = $("scroll");
  const place = () => {
    const high = item && !playing() && item.offsetHeight > scroll.clientHeight;
    scroll.scrollTop = high ? item.offsetTop - 8 : scroll.scrollHeight;
  };
  place();
  requestAnimationFrame(place);
}

function redraw() {
  for (const entry of shown.values()) {
    const item = draw(entry.message);
    entry.item.replaceWith(item);
    entry.item = item;
  }
  separate();
}

// Around the messages

const playing = () => state?.doing?.what === "play";

function show(next) {
  const zoneChanged = state !== null && next.zone !== zone;
  state = next;
  zone = next.zone;
  update(next);
  if (zoneChanged) redraw();
  showClock(next);
  showFoot(next);
  showAnswers(next);
  showPlanned(next.planned);
  showLog(next.log);
  $("bot-name").textContent = next.bot.name;
  $("bot-state").textContent = next.action === "typing" ? "typing…" : "bot";
  $("description").textContent = next.bot.description;
  $("welcome").hidden = next.ids.length > 0;
  $("note").hidden = !next.blocked;
  $("note").textContent = "You blocked the bot. It cannot write to you.";
  $("messages").setAttribute("aria-live", playing() ? "off" : "polite");
}

function showClock(next) {
  $("now").textContent = `${shortDay(next.now)}, ${clockTime(next.now)}`;
  $("now").dateTime = new Date(next.now * 1000).toISOString();
  $("zone").textContent = (next.zone ?? Intl.DateTimeFormat().resolvedOptions().timeZone).replaceAll("_", " ");
  const doing = next.doing;
  for (const button of document.querySelectorAll(".clock button:not(#fold, #stop)")) button.disabled = Boolean(doing);
  $("doing").hidden = !doing && !next.trouble;
  $("stop").hidden = !playing();
  $("progress").hidden = !playing();
  if (playing()) {
    const day = Math.min(Math.max(Math.floor((next.now - doing.since) / DAY) + 1, 1), 21);
    $("progress").value = day;
    $("doing-what").textContent = `${doing.title}: day ${day} of 21`;
  } else {
    $("doing-what").textContent = doing ? `${doing.title}…` : next.trouble ?? "";
  }
}

function showFoot(next) {
  const fresh = next.ids.length === 0;
  const focused = document.activeElement;
  $("begin").hidden = !fresh || next.blocked;
  $("unblock").hidden = !next.blocked;
  $("composer").hidden = fresh || next.blocked;
  $("block").textContent = next.blocked ? "Unblock the bot" : "Block the bot";
  for (const control of document.querySelectorAll(".foot button, .foot textarea, .keyboard button")) {
    control.disabled = playing();
  }
  const keys = next.blocked ? null : next.reply_keyboard;
  if (JSON.stringify(keys) !== $("reply-keyboard").dataset.keys) {
    $("reply-keyboard").dataset.keys = JSON.stringify(keys);
    $("reply-keyboard").replaceChildren(...(keys?.keyboard ?? []).map((row) => make("div", {}, ...row.map(replyKey))));
  }
  $("reply-keyboard").hidden = !keys;
  $("text").placeholder = keys?.input_field_placeholder || "Message";
  if (JSON.stringify(next.commands) !== $("commands").dataset.commands) {
    $("commands").dataset.commands = JSON.stringify(next.commands);
    listCommands("");
  }
  $("open-commands").hidden = next.commands.length === 0;
  // A control that is gone must not take the keyboard's place in the page with it.
  if (focused?.closest(".foot") && !focused.checkVisibility()) $("scroll").focus();
}

function replyKey(button) {
  const act = button.request_location ? () => $("places").showModal() : () => say(button.text);
  return make("button", { type: "button", onclick: act }, button.text);
}

function listCommands(typed) {
  const fitting = state.commands.filter(({ command }) => `/${command}`.startsWith(typed.toLowerCase()));
  $("commands").replaceChildren(...fitting.map(({ command, description }) => {
    const choose = () => { fold($("open-commands"), true); $("text").value = ""; say(`/${command}`); };
    const button = make("button", { type: "button", onclick: choose }, make("b", {}, `/${command}`), make("span", {}, description));
    return make("li", {}, button);
  }));
  return fitting.length;
}

function showAnswers(next) {
  const answers = next.answers;
  if (lastAnswer !== null && !next.afresh && !playing()) {
    for (const answer of answers.filter(({ number }) => number > lastAnswer)) {
      if (answer.show_alert) {
        $("alert-text").textContent = answer.text;
        if (!$("alert").open) $("alert").showModal();
      } else {
        toast(answer.text);
      }
    }
  }
  lastAnswer = answers.at(-1)?.number ?? -1;
}

function showPlanned(planned) {
  const lines = planned.map(({ at, what }) => {
    const seconds = Date.parse(at) / 1000;
    return make("li", {}, make("time", { datetime: at }, `${shortDay(seconds)}, ${clockTime(seconds)}`), what);
  });
  if (!lines.length) lines.push(make("li", { class: "quiet" }, "Nothing. Messages come from the plan to day 21."));
  $("planned").replaceChildren(...lines);
}

function showLog(log) {
  const lines = log.map(({ at, method, text, outcome }) => {
    const failed = outcome !== 200;
    const what = `${SAID[method] ?? method}${failed && outcome !== null ? `: ${outcome}` : ""}`;
    return make(
      "li",
      {},
      make("span", { class: failed ? "failed" : "" }, what),
      make("time", {}, `${shortDay(at)}, ${clockTime(at)}`),
      text ? make("span", { class: "text", title: text }, text) : null,
    );
  });
  $("log").replaceChildren(...lines.reverse());
}

// What the person does

async function say(text) {
  return attempt("/send", { text });
}

function fold(button, closed) {
  button.setAttribute("aria-expanded", String(!closed));
  const panel = $(button.getAttribute("aria-controls"));
  if (panel.classList.contains("menu")) panel.hidden = closed;
}

for (const button of [$("more"), $("open-commands"), $("fold")]) {
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") === "true";
    if (button.id === "open-commands") listCommands("");
    fold(button, open);
    if (!open) $(button.getAttribute("aria-controls")).querySelector("li button")?.focus();
  });
}

document.addEventListener("click", (event) => {
  for (const button of [$("more"), $("open-commands")]) {
    const panel = $(button.getAttribute("aria-controls"));
    const outside = !button.contains(event.target) && event.target !== $("text");
    if (!panel.hidden && outside && (!panel.contains(event.target) || panel.id === "more-list")) fold(button, true);
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const button of [$("more"), $("open-commands")]) {
    const panel = $(button.getAttribute("aria-controls"));
    if (panel.hidden) continue;
    if (panel.contains(document.activeElement)) button.focus();
    fold(button, true);
  }
});

$("composer").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = $("text");
  const text = field.value;
  if (!text.trim()) return;
  field.value = "";
  grow();
  fold($("open-commands"), true);
  if (!(await say(text)) && !field.value) {
    field.value = text;
    grow();
  }
});

function grow() {
  $("text").style.height = "auto";
  $("text").style.height = `${Math.min($("text").scrollHeight + 2, 132)}px`;
}

$("text").addEventListener("input", () => {
  grow();
  const typed = $("text").value;
  const fits = /^\/\w*$/.test(typed) && listCommands(typed) > 0;
  fold($("open-commands"), !fits);
});

$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    $("composer").requestSubmit();
  }
});

$("begin").addEventListener("click", () => say("/start"));
$("unblock").addEventListener("click", async () => (await attempt("/block", { blocked: false })) && say("/start"));
$("block").addEventListener("click", () => attempt("/block", { blocked: !state.blocked }));
$("share").addEventListener("click", () => $("places").showModal());

$("place-list").append(...CITIES.map(([name, latitude, longitude]) => {
  const share = () => attempt("/location", { latitude, longitude });
  return make("li", {}, make("button", { onclick: share }, name, make("small", {}, `${latitude}, ${longitude}`)));
}));

for (const button of document.querySelectorAll("[data-to]")) {
  button.addEventListener("click", () =>
    attempt("/clock", { to: button.dataset.to, seconds: Number(button.dataset.seconds ?? DAY) }));
}

$("play").addEventListener("submit", (event) => {
  event.preventDefault();
  fold($("fold"), true);
  attempt("/clock", { to: "play", persona: $("persona").value });
});

$("stop").addEventListener("click", () => attempt("/clock", { to: "stop" }));
$("afresh").addEventListener("click", () => {
  $("sure").returnValue = "";
  $("sure").showModal();
});
$("sure").addEventListener("close", () => $("sure").returnValue === "yes" && attempt("/clock", { to: "afresh" }));

$("down").addEventListener("click", () => follow(null));
$("scroll").addEventListener("scroll", () => {
  const { scrollHeight, scrollTop, clientHeight } = $("scroll");
  $("down").hidden = scrollHeight - scrollTop - clientHeight <= NEAR;
}, { passive: true });

// Whoever reads the end goes on reading the end when the window or the keyboard changes its height.
let nearEnd = true;
$("scroll").addEventListener("scroll", () => { nearEnd = $("down").hidden; }, { passive: true });
new ResizeObserver(() => nearEnd && follow(null)).observe($("scroll"));

// Keeps the page as it is in the house.
async function watch() {
  let lost = false;
  for (;;) {
    try {
      const answer = await fetch(`/state?after=${state?.token ?? ""}`);
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.json());
      if (lost) toast("The demo is back.");
      lost = false;
      await new Promise((done) => setTimeout(done, 40));
    } catch (error) {
      if (!lost) toast("The demo does not answer. Is it still running?");
      if (!(error instanceof TypeError)) console.error(error);
      lost = true;
      await new Promise((done) => setTimeout(done, 1500));
    }
  }
}

watch();
