// The coach's phone: the same bot from the other side, with the desk, and answers to what people wrote.

import { Chat } from "./chat.js";
import { Composer } from "./composer.js";
import { $, copied } from "./words.js";

export class DeskPhone {
  // `attempt` asks the house for something and tells whether it came to pass, `toast` says something for a moment.
  constructor(attempt, toast, now) {
    this.attempt = attempt;
    this.answered = null; // the message that the next text is a reply to
    this.told = (text) => toast(text, $("coach-toasts"));
    const say = (text) => this.say(text);
    this.chat = new Chat({
      now,
      say,
      tap: (id, data) => attempt("/tap", { message_id: id, data, phone: "coach" }),
      reply: (message) => this.answers(message),
      copy: (text) => copied(text, this.told),
    }, "coach-");
    this.composer = new Composer(say, "coach-");
    $("coach-no-reply").addEventListener("click", () => { this.answers(null); $("coach-text").focus(); });
  }

  async say(text) {
    this.chat.follow();
    const went = await this.attempt("/send", { text, phone: "coach", reply_to: this.answered?.id ?? 0 });
    if (went) this.answers(null);
    return went;
  }

  // The next text answers this message; with null it answers none.
  answers(message) {
    this.answered = message;
    $("coach-reply").hidden = !message;
    $("coach-replied").textContent = message?.text ?? "";
    if (message) $("coach-text").focus();
  }

  // `next` is what /state says.
  show(next) {
    this.chat.name = next.bot.name;
    this.chat.update({ ...next.coach, afresh: next.afresh }, false);
    if (next.afresh) this.answers(null);
    this.composer.show(next.coach.commands, "");
    $("coach-state").textContent = next.coach.action === "typing" ? "typing…" : "on the coach’s phone";
  }
}
