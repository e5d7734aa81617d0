// The demo's chat page: shows what /state says, sends what the person does.

import { Chat } from "./chat.js";
import { Composer, commandRow } from "./composer.js";
import { DeskPhone } from "./coach.js";
import { Weeks } from "./weeks.js";
import { $, DAY, SAID, clockTime, copied, fold, make, rich, setZone, shortDay, zoneName } from "./words.js";

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

let state = null;
let lastAnswer = null;

const playing = () => state?.doing?.what === "play";

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
    if (!(error instanceof TypeError)) toast(error.message);
    return false;
  }
}

function toast(text, place = $("toasts")) {
  const note = make("p", {}, text);
  place.append(note);
  setTimeout(() => note.remove(), 2500 + text.length * 45);
}

const reader = {
  now: () => state.now,
  say: (text) => say(text),
  tap: (id, data) => attempt("/tap", { message_id: id, data }),
  why: (id) => explain(`message=${id}`),
  copy: (text) => copied(text, toast),
};
const chat = new Chat(reader);
const composer = new Composer((text) => say(text));
const coach = new DeskPhone(attempt, toast, () => state.now);
const weeks = new Weeks(move, (pace) => attempt("/pace", { pace }));

function move(body) {
  if (body.to !== "pause") opened();
  if (body.to === "watch" || body.to === "show") document.body.classList.remove("at-coach");
  chat.follow();
  return attempt("/clock", body);
}

function say(text) {
  opened();
  chat.follow();
  return attempt("/send", { text });
}

// On a phone the first sight makes room for the chat.
function opened() {
  document.body.classList.add("opened");
  fold($("fold"), true);
}

// What is on the page

function show(next) {
  const first = state === null;
  const zoneChanged = setZone(next.zone) && !first;
  state = next;
  chat.name = next.bot.name;
  chat.update(next, playing());
  coach.show(next);
  if (zoneChanged) {
    chat.redraw();
    coach.chat.redraw();
    $("log").dataset.newest = "";
  }
  if (first && next.ids.length) opened();
  weeks.show(next);
  showClock(next);
  showFoot(next);
  showAnswers(next);
  showPlanned(next.planned);
  showLog(next.log);
  $("bot-name").textContent = next.bot.name;
  const who = next.people.find((each) => each.here)?.name;
  $("bot-state").textContent = next.action === "typing" ? "typing…" : who ? `on ${who}’s phone` : "on your phone";
  $("coach-person").textContent = who ?? "You";
  badge($("coach-unread-away"), $("to-coach"), coach.chat.unread, "To the coach’s phone");
  badge($("unread-away"), $("to-person"), chat.unread, who ? `To ${who}’s phone` : "To your phone");
  $("description").textContent = next.bot.description;
  $("welcome").hidden = next.ids.length > 0;
  $("note").hidden = !next.blocked;
  $("note").textContent = "You blocked the bot. It cannot write to you.";
}

// A control that can do nothing now says why, in its title and below the clock.
function showClock(next) {
  const { doing } = next;
  $("now").textContent = `${shortDay(next.now)}, ${clockTime(next.now)}`;
  $("now").dateTime = new Date(next.now * 1000).toISOString();
  $("zone").textContent = zoneName();
  const moving = doing && doing.what !== "play" ? "The clock is moving." : "";
  const nothing = next.ids.length ? "Nothing more will come." : "Nothing comes before you start.";
  may($("next"), moving || (next.may_wait ? "" : nothing), "To the next message");
  for (const button of $("moves").querySelectorAll("[data-to=later]")) may(button, moving, "");
  may($("afresh"), moving || (next.ids.length ? "" : "There is nothing to forget yet."), "");
  $("hint").textContent = next.trouble ?? (doing && doing.what !== "play" && doing.what !== "jump"
    ? `${doing.title}…` : doing || !$("next").disabled ? "" : nothing);
  $("hint").classList.toggle("trouble", Boolean(next.trouble));
}

function may(button, not, title) {
  button.disabled = Boolean(not);
  button.title = not || title;
}

function showFoot(next) {
  const fresh = next.ids.length === 0;
  const focused = document.activeElement;
  $("taken").hidden = !playing();
  $("begin").hidden = !fresh || next.blocked || playing();
  $("unblock").hidden = !next.blocked || playing();
  $("composer").hidden = fresh || next.blocked || playing();
  $("block").textContent = next.blocked ? "Unblock the bot" : "Block the bot";
  $("messages").inert = playing();
  const keys = next.blocked ? null : next.reply_keyboard;
  if (JSON.stringify(keys) !== $("reply-keyboard").dataset.keys) {
    $("reply-keyboard").dataset.keys = JSON.stringify(keys);
    $("reply-keyboard").replaceChildren(...(keys?.keyboard ?? []).map((row) => make("div", {}, ...row.map(replyKey))));
  }
  $("reply-keyboard").hidden = !keys || playing();
  composer.show(next.commands, keys?.input_field_placeholder);
  // A control that is gone must not take the keyboard's place in the page with it.
  if (focused?.closest(".foot") && !focused.checkVisibility()) $("scroll").focus();
}

function replyKey(button) {
  const act = button.request_location ? () => $("places").showModal() : () => say(button.text);
  return make("button", { type: "button", onclick: act }, button.text);
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
  const lines = planned.map(({ at, what, key }) => {
    const seconds = Date.parse(at) / 1000;
    const told = make("time", { datetime: at }, `${shortDay(seconds)}, ${clockTime(seconds)}`);
    const why = () => explain(`key=${encodeURIComponent(key)}`);
    return make("li", {}, make("button", { type: "button", title: "Why will this come?", onclick: why }, told, what));
  });
  if (!lines.length) lines.push(make("li", { class: "quiet" }, state.ids.length ? "Nothing more, for now." : "Nothing before you start."));
  replaceRows($("planned"), lines);
}

function showLog(log) {
  const newest = log.at(-1)?.number;
  if ($("log").dataset.newest === `${newest}` && !state.afresh) return;
  $("log").dataset.newest = newest;
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

// The row that has the focus keeps it.
function replaceRows(list, rows) {
  const place = [...list.children].findIndex((row) => row.contains(document.activeElement));
  list.replaceChildren(...rows);
  if (place >= 0) (rows[place] ?? rows.at(-1)).querySelector("button")?.focus();
}

// Why did I get this?

async function explain(asked) {
  try {
    const answer = await fetch(`/why?${asked}`);
    if (!answer.ok) return toast("Nothing more is known about that one.");
    const { after, text, entities } = await answer.json();
    const done = after?.tap ? `You pressed “${after.tap}”.` : after?.text ? `You wrote “${after.text}”.` : "";
    $("why-after").textContent = done && (text ? `${done} So it shows this now.` : `${done} It answers that, at once.`);
    $("why-after").hidden = !done;
    $("why-title").classList.toggle("sr", Boolean(text)); // which begins with a title of its own
    $("why-text").replaceChildren(rich(text, entities, { ...reader, say: (words) => { $("why").close(); say(words); } }));
    $("why").showModal();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
  return undefined;
}

// What the person does

const folding = [...document.querySelectorAll("button[aria-controls]")];
const menus = folding.filter((button) => $(button.getAttribute("aria-controls")).classList.contains("menu"));

for (const button of folding) {
  button.addEventListener("click", () => {
    const open = button.getAttribute("aria-expanded") === "true";
    fold(button, open);
    if (!open) $(button.getAttribute("aria-controls")).querySelector("li button")?.focus();
  });
}

// A menu closes behind whoever presses outside it, or steps out of it by keyboard.
function closeBehind({ target, type }) {
  for (const button of menus) {
    const panel = $(button.getAttribute("aria-controls"));
    const outside = !button.contains(target) && target.tagName !== "TEXTAREA";
    const chosen = type === "click" && panel.id === "more-list";
    if (!panel.hidden && outside && (!panel.contains(target) || chosen)) fold(button, true);
  }
}
document.addEventListener("click", closeBehind);
document.addEventListener("focusin", closeBehind);

document.addEventListener("keydown", (event) => {
  // A key that is held down presses once.
  if (event.repeat && (event.key === "Enter" || event.key === " ") && event.target.closest("button")) {
    event.preventDefault();
  }
  if (event.key !== "Escape") return;
  for (const button of menus) {
    const panel = $(button.getAttribute("aria-controls"));
    if (panel.hidden) continue;
    if (panel.contains(document.activeElement)) button.focus();
    fold(button, true);
  }
});

// On a window with room for one phone, the other one stands behind it.
function turnTo(other) {
  document.body.classList.toggle("at-coach", other === coach.chat);
  other.follow();
  $(other === coach.chat ? "to-person" : "to-coach").focus();
  badge($("coach-unread-away"), $("to-coach"), coach.chat.unread, "To the coach’s phone");
  badge($("unread-away"), $("to-person"), chat.unread, "To the other phone");
}

function badge(mark, button, many, words) {
  mark.textContent = many || "";
  button.setAttribute("aria-label", many ? `${words}, ${many} new` : words);
}

$("to-coach").addEventListener("click", () => turnTo(coach.chat));
$("to-person").addEventListener("click", () => turnTo(chat));

$("begin").addEventListener("click", () => say("/start"));
$("try").addEventListener("click", () => {
  opened();
  document.body.classList.remove("at-coach");
  if (state.ids.length === 0) $("begin").focus();
  else $("scroll").focus();
});
$("home").addEventListener("click", () => {
  document.body.classList.remove("opened");
  $("try").focus();
});
$("unblock").addEventListener("click", async () => (await attempt("/block", { blocked: false })) && say("/start"));
$("block").addEventListener("click", () => attempt("/block", { blocked: !state.blocked }));
$("share").addEventListener("click", () => $("places").showModal());

$("place-list").append(...CITIES.map(([name, latitude, longitude]) => {
  const share = () => attempt("/location", { latitude, longitude });
  return make("li", {}, make("button", { onclick: share }, name, make("small", {}, `${latitude}, ${longitude}`)));
}));

for (const button of document.querySelectorAll("#next, #moves [data-to]")) {
  button.addEventListener("click", () => move({ to: button.dataset.to, seconds: Number(button.dataset.seconds ?? DAY) }));
}

$("play").addEventListener("click", () => move({ to: playing() ? "pause" : "play" }));
$("take-over").addEventListener("click", () => move({ to: "pause" }));
$("afresh").addEventListener("click", () => {
  $("sure").returnValue = "";
  $("sure").showModal();
});
$("sure").addEventListener("close", () => $("sure").returnValue === "yes" && move({ to: "afresh" }));

// The bot's profile, as Telegram's clients show it

$("to-profile").addEventListener("click", () => {
  $("profile-name").textContent = state.bot.name;
  $("profile-about").textContent = state.bot.short || state.bot.description;
  const close = () => $("profile").close();
  $("profile-commands").replaceChildren(...state.commands.map((each) => commandRow(each, close, say)));
  const media = chat.media().map(({ picture, item }) => {
    const go = () => { close(); item.scrollIntoView({ block: "center" }); item.focus({ preventScroll: true }); };
    const label = picture.alt || picture.getAttribute("aria-label");
    picture.setAttribute("tabindex", "-1");
    return make("li", {}, make("button", { type: "button", "aria-label": `To: ${label}`, onclick: go }, picture));
  });
  $("profile-media").replaceChildren(...media);
  $("no-media").hidden = media.length > 0;
  $("profile").showModal();
});

// Keeps the page as it is in the house.
async function watch() {
  for (;;) {
    try {
      const answer = await fetch(`/state?after=${state?.token ?? ""}`);
      if (!answer.ok) throw new Error(String(answer.status));
      show(await answer.json());
      ended(false);
      await new Promise((done) => setTimeout(done, 40));
    } catch (error) {
      if (!(error instanceof TypeError)) console.error(error);
      ended(true);
      await new Promise((done) => setTimeout(done, 1500));
    }
  }
}

function ended(yes) {
  $("ended").hidden = !yes;
  for (const part of document.querySelectorAll(".clock, .foot, .people, #messages")) {
    part.inert = yes || (part.id === "messages" && playing());
  }
}

if (!matchMedia("(prefers-reduced-motion: reduce)").matches) {
  for (const film of document.querySelectorAll(".hello video, .welcome video")) film.play().catch(() => {});
}
watch();
