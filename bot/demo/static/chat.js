// The messages on a phone: each drawn once, kept at its place, and the newest always in view of whoever follows.

import { $, clockTime, dayName, icon, make, rich } from "./words.js";

const NEAR = 90; // pixels from the end that still count as being there
const PACK = 25; // messages that are laid out together: the browser looks at each of a list when one of them changes
const NOTICED = 1500; // milliseconds after a press in which what changes is its answer

const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
const address = (file) => `/file/${encodeURIComponent(file.file_id)}`;
const measure = (bytes) => (bytes < 1024 ? `${bytes} bytes` : `${(bytes / 1024).toFixed(1)} kB`);
const firstLine = (text) => text.split("\n").find((line) => line.trim()) ?? "";

export class Chat {
  // `actions` are { tap, say, now, and why or reply }; `name` is the bot's; the ids of this phone's parts begin with `of`.
  constructor(actions, of = "") {
    this.actions = actions;
    this.name = "";
    this.shown = new Map(); // message id -> { message, item, drawn }
    this.follows = true; // whether the reader is at the end, and is to stay there
    this.unread = 0;
    this.pressedAt = -NOTICED; // when a button of a message was pressed last, which its answer takes the focus from
    for (const part of ["messages", "scroll", "down", "unread", "said"]) this[`$${part}`] = $(`${of}${part}`);
    this.$messages.addEventListener("click", (event) => this.clicked(event));
    this.$scroll.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.$down.addEventListener("click", () => this.follow());
    // Whoever reads the end goes on reading the end when a picture, the window or a keyboard changes its height.
    const stay = new ResizeObserver(() => this.follows && this.toEnd());
    stay.observe(this.$messages);
    stay.observe(this.$scroll);
  }

  // Whether this phone is in view, and not behind the other one.
  get inView() {
    return this.$scroll.clientHeight > 0;
  }

  clicked(event) {
    const button = event.target.closest("button");
    const id = Number(button?.closest(".message")?.dataset.id);
    if (button?.dataset.data) this.press(id, button);
    else if (button?.dataset.copy) this.actions.copy(button.dataset.copy);
    else if (button?.classList.contains("why")) this.actions.why(id);
    else if (button?.classList.contains("reply")) this.actions.reply(this.shown.get(id).message);
  }

  async press(id, button) {
    if (button.getAttribute("aria-disabled") === "true") return;
    button.classList.add("busy");
    button.setAttribute("aria-disabled", "true");
    this.pressedAt = performance.now();
    if (!this.follows) this.follow();
    await this.actions.tap(id, button.dataset.data);
    setTimeout(() => {
      button.classList.remove("busy");
      button.removeAttribute("aria-disabled");
    }, 250);
  }

  scrolled() {
    if (!this.inView) return;
    const { scrollHeight, scrollTop, clientHeight } = this.$scroll;
    this.follows = scrollHeight - scrollTop - clientHeight <= NEAR;
    if (this.follows) this.unread = 0;
    this.showDown();
  }

  showDown() {
    this.$down.hidden = this.follows;
    this.$unread.textContent = this.unread || "";
    this.$down.setAttribute("aria-label", this.unread ? `To the newest message, ${this.unread} new` : "To the newest message");
  }

  // To the newest message, and to the ones that come.
  follow() {
    this.follows = true;
    if (this.inView) this.unread = 0;
    this.toEnd();
    this.showDown();
  }

  toEnd() {
    this.$scroll.scrollTop = this.$scroll.scrollHeight;
  }

  // `next` is what /state says of this phone, and whether it is `afresh`; `quiet` while somebody made up plays, too fast to be read out.
  update(next, quiet) {
    const list = this.$messages;
    const kept = new Set(next.ids);
    const gone = next.afresh ? this.behindTheSame(next.messages) : [...this.shown.keys()].filter((id) => !kept.has(id));
    for (const id of gone) {
      const { item } = this.shown.get(id);
      (item.parentElement.childElementCount > 1 ? item : item.parentElement).remove();
      this.shown.delete(id);
    }
    const held = list.contains(document.activeElement) || document.activeElement === document.body;
    const changed = [];
    for (const message of next.messages) {
      const drawn = signature(message);
      const old = this.shown.get(message.id);
      if (old?.drawn === drawn) continue;
      const item = this.draw(message);
      if (old) old.item.replaceWith(item);
      else this.append(item);
      if (!old && !next.afresh) item.classList.add("arrived");
      if (!old && !next.afresh && !message.mine && !(this.follows && this.inView)) this.unread += 1;
      this.shown.set(message.id, { message, item, drawn });
      changed.push({ message, item });
    }
    if (!changed.length && !gone.length && !next.afresh) return;
    this.separate(next.afresh || gone.length ? null : changed);
    if (next.afresh || quiet || changed.some(({ message }) => message.mine)) this.follows = true;
    if (next.afresh) this.unread = next.messages.length - 1 - next.messages.findLastIndex(({ mine }) => mine);
    if (this.follows) this.follow();
    else this.showDown();
    const answers = changed.filter(({ message }) => !message.mine);
    if (!quiet && !next.afresh && answers.length && this.inView) {
      this.$said.textContent = answers.map(({ message }) => spoken(message)).join("\n");
      // The message, never its button: an Enter that is still held must not answer what nobody has read.
      const pressed = performance.now() - this.pressedAt < NOTICED;
      if (pressed && held) answers.at(-1).item.focus({ preventScroll: true });
    }
  }

  append(item) {
    const last = this.$messages.lastElementChild;
    if (last && last.childElementCount < PACK) last.append(item);
    else this.$messages.append(make("ol", { class: "pack" }, item));
  }

  redraw() {
    for (const entry of this.shown.values()) {
      const item = this.draw(entry.message);
      entry.item.replaceWith(item);
      entry.item = item;
    }
    this.separate(null);
  }

  // Every picture and film in the chat, newest first.
  media() {
    const found = [...this.shown.values()].filter(({ message }) => message.animation || message.photo);
    return found.reverse().map(({ message, item }) => ({ picture: picture(message, false), item }));
  }

  draw(message) {
    const bubble = make("div", { class: "bubble" });
    if (message.photo || message.animation) {
      bubble.append(picture(message, !still));
    } else if (message.document) {
      const { file_name: name, file_size: size } = message.document;
      const attributes = { href: address(message.document), download: name };
      bubble.append(card("a", attributes, "M12 4v11m-5-5 5 5 5-5M5 20h14", name, measure(size)));
    } else if (message.location) {
      const { latitude, longitude } = message.location;
      const where = `${latitude.toFixed(2)}, ${longitude.toFixed(2)}`;
      bubble.append(card("div", {}, "M12 21s7-6.2 7-11a7 7 0 0 0-14 0c0 4.8 7 11 7 11Zm0-9v.01", "My location", where));
    } else if (message.voice || message.sticker) {
      bubble.append(make("em", {}, message.voice ? "Voice message" : "Sticker"));
    }
    bubble.append(rich(message.text, message.entities, this.actions), meta(message, this.actions));
    const body = make("div", { class: message.keyboard.length ? "body keyed" : "body" }, bubble);
    if (message.keyboard.length) body.append(keyboard(message));
    return make(
      "li",
      { class: message.mine ? "message mine" : "message", tabindex: "-1", "data-id": message.id },
      make("div", { class: "day" }),
      make("span", { class: "sr" }, message.mine ? "You: " : `${this.name}: `),
      body,
    );
  }

  // What stands on the page behind the messages that another chat begins with too.
  behindTheSame(messages) {
    const known = [...this.shown.keys()];
    const same = messages.findIndex((message, place) => {
      const id = known[place];
      return id !== message.id || this.shown.get(id).drawn !== signature(message);
    });
    return same < 0 ? known.slice(messages.length) : known.slice(same);
  }

  // Says the day above its first message, and where the talk changes sides; of all messages, or around those that changed.
  separate(changed) {
    const items = changed?.flatMap(({ item }) => [item, behind(item)]) ?? [...this.shown.values()].map(({ item }) => item);
    for (const item of items) {
      if (!item) continue;
      const { message } = this.shown.get(Number(item.dataset.id));
      const earlier = this.shown.get(Number(before(item)?.dataset.id))?.message;
      const label = dayName(message.date);
      const head = item.querySelector(".day");
      head.textContent = label;
      head.hidden = earlier !== undefined && dayName(earlier.date) === label;
      item.classList.toggle("turn", earlier === undefined || earlier.mine !== message.mine);
    }
  }
}

const before = (item) => item.previousElementSibling ?? item.parentElement.previousElementSibling?.lastElementChild;
const behind = (item) => item.nextElementSibling ?? item.parentElement.nextElementSibling?.firstElementChild;
const signature = ({ version, ...message }) => JSON.stringify(message);

function spoken(message) {
  const answers = message.keyboard.flat().map(({ text }) => text);
  return answers.length ? `${message.text}\nAnswers: ${answers.join(", ")}` : message.text;
}

// With its width and height, so that its place is kept while it loads.
function picture(message, moves) {
  const film = message.animation;
  const file = film ?? message.photo.at(-1);
  const { width, height } = file;
  const name = firstLine(message.text) || "Picture";
  if (!film?.file_name?.endsWith(".mp4")) return make("img", { src: address(file), width, height, alt: name });
  const attributes = { src: address(file), width, height, loop: true, playsinline: true, controls: still };
  const video = make("video", { ...attributes, "aria-label": `Moving picture: ${name}`, preload: "auto" });
  video.muted = true;
  video.autoplay = moves;
  return video;
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

function meta(message, actions) {
  const quiet = icon("M6 16V11a6 6 0 0 1 9-5.2M18 12v4H8M4 4l16 16M10 19a2 2 0 0 0 4 0");
  const why = { type: "button", class: "why", "aria-label": "Why? What brought this message", title: "Why did I get this?" };
  const reply = { type: "button", class: "reply", "aria-label": `Reply to: ${firstLine(message.text)}` };
  return make(
    "span",
    { class: "meta" },
    message.mine ? null : actions.why ? make("button", why, "Why?") : make("button", reply, "Reply"),
    message.silent ? quiet : null,
    message.silent ? make("span", { class: "sr" }, "without sound") : null,
    message.edited_at ? "edited" : null,
    make("span", {}, clockTime(message.date)),
  );
}

function keyboard(message) {
  const rows = message.keyboard.map((row) => make("div", {}, ...row.map((button) => {
    if (button.url) return make("a", { href: button.url, target: "_blank", rel: "noopener noreferrer" }, button.text);
    const attributes = { type: "button", class: button.style ?? "", "data-data": button.callback_data, "data-copy": button.copy_text?.text };
    return make("button", attributes, button.text);
  })));
  return make("div", { class: "keyboard", role: "group", "aria-label": "Answers" }, ...rows);
}
