// The field under a phone's chat, with the commands that can be chosen in its place.

import { $, fold, make } from "./words.js";

export class Composer {
  // `say` sends a text and tells whether it went; the ids of this phone's parts begin with `of`.
  constructor(say, of = "") {
    this.say = say;
    this.known = [];
    for (const [name, id] of [["form", "composer"], ["field", "text"], ["opener", "open-commands"], ["list", "commands"]]) {
      this[name] = $(`${of}${id}`);
    }
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        this.form.requestSubmit();
      }
    });
    this.opener.addEventListener("click", () => this.fit(""));
  }

  show(commands, placeholder) {
    this.field.placeholder = placeholder || "Message";
    if (JSON.stringify(commands) !== this.list.dataset.commands) {
      this.list.dataset.commands = JSON.stringify(commands);
      this.known = commands;
      this.fit("");
    }
    this.opener.hidden = commands.length === 0;
  }

  async submit() {
    const text = this.field.value;
    if (!text.trim()) return;
    this.field.value = "";
    this.grow();
    fold(this.opener, true);
    if (!(await this.say(text)) && !this.field.value) {
      this.field.value = text;
      this.grow();
    }
  }

  typed() {
    this.grow();
    const begun = this.field.value;
    fold(this.opener, !(/^\/\w*$/.test(begun) && this.fit(begun) > 0));
  }

  // The commands that begin like this; returns how many.
  fit(begun) {
    const fitting = this.known.filter(({ command }) => `/${command}`.startsWith(begun.toLowerCase()));
    const done = () => { fold(this.opener, true); this.field.value = ""; };
    this.list.replaceChildren(...fitting.map((each) => commandRow(each, done, this.say)));
    return fitting.length;
  }

  grow() {
    this.field.style.height = "auto";
    this.field.style.height = `${Math.min(this.field.scrollHeight + 2, 132)}px`;
  }
}

export function commandRow({ command, description }, done, say) {
  const choose = () => { done(); say(`/${command}`); };
  const words = [make("b", {}, `/${command}`), make("span", {}, description)];
  return make("li", {}, make("button", { type: "button", onclick: choose }, ...words));
}
