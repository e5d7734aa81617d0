// The days of the series: a strip of marks for everybody made up, and one to jump along for whoever is on the phone.

import { $, dateName, make } from "./words.js";

const MARKS = {
  done: "done",
  short: "done, the short version",
  open: "nothing done",
  lesson: "a lesson",
  measured: "the re-test",
  "to-measure": "the re-test, not yet taken",
  rest: "rest",
  ahead: "still ahead",
};
const PACES = [["1", "1×"], ["5", "5×"], ["all", "At once"]];
const JUMP = 14; // the day in the middle that is worth a look: two weeks, and the talk about them

const dot = (day) => make("span", { class: "dot", "data-mark": day.mark, "data-today": day.today });

function told(days) {
  const count = (mark) => days.filter((day) => day.mark === mark).length;
  return `${days.length} days: ${count("done")} done, ${count("short")} short, ${count("open")} left out, ${count("lesson")} with a lesson, ${count("measured")} with the re-test, ${count("rest")} of rest`;
}

export class Weeks {
  // `move` asks for a change of the clock and tells whether it came to pass.
  constructor(move, pace) {
    this.move = move;
    this.days = [];
    this.wanted = null;
    this.going = false;
    this.stale = false; // whether these days are those of the story before, while another is set up
    this.drawn = { people: "", days: "" };
    $("day").addEventListener("input", () => this.slid());
    $("pace").replaceChildren(...PACES.map(([value, label]) => make(
      "label",
      {},
      make("input", { type: "radio", name: "pace", value, onchange: () => pace(value) }),
      make("span", {}, label),
    )));
    $("people").addEventListener("click", (event) => {
      const button = event.target.closest("button[data-to]");
      if (button) move({ ...button.dataset, day: Number(button.dataset.day ?? 0) });
    });
  }

  show(next) {
    this.showPeople(next);
    this.follows = next.people.find((each) => each.here)?.follows ?? 0;
    this.showDays(next);
    const here = next.people.find((each) => each.here);
    const playing = next.doing?.what === "play";
    const not = here ? (next.doing && !playing ? "The clock is moving" : "") : "Nobody made up is on this phone";
    const does = playing ? `Pause ${here?.name}` : `Let ${here?.name} go on`;
    $("play").setAttribute("aria-label", not ? `Play: ${not.toLowerCase()}` : does);
    $("play").title = not || does;
    $("play").disabled = Boolean(not);
    $("play").classList.toggle("on", playing);
    $("who").textContent = here?.name ?? "";
    for (const choice of $("pace").querySelectorAll("input")) choice.checked = choice.value === next.pace;
  }

  showPeople(next) {
    const drawn = JSON.stringify([next.people, Boolean(next.doing && next.doing.what !== "play")]);
    if (drawn === this.drawn.people) return;
    const focused = $("people").contains(document.activeElement) ? document.activeElement.id : "";
    this.drawn.people = drawn;
    $("people").replaceChildren(...next.people.map((who) => person(who, next.doing)));
    if (focused) document.getElementById(focused)?.focus();
  }

  showDays(next) {
    this.stale = Boolean(next.doing) && !next.days.length;
    if (this.stale) return; // on the way to another day; whoever steers keeps the focus
    this.days = next.days;
    $("weeks").hidden = !next.days.length;
    const drawn = JSON.stringify(next.days);
    if (drawn !== this.drawn.days) {
      this.drawn.days = drawn;
      $("dots").replaceChildren(...next.days.map(dot));
      $("days").style.setProperty("--days", next.days.length);
      $("day").min = next.days[0]?.number ?? 1;
      $("day").max = next.days.at(-1)?.number ?? 1;
    }
    const waits = !this.going && this.wanted !== null;
    if (waits && this.days.some((day) => day.open && day.number === this.wanted)) this.go();
    else if (waits) this.wanted = null; // that story has no such day yet
    if (!this.going) this.standAt(this.today());
  }

  today() {
    return (this.days.find((day) => day.today) ?? this.days.at(-1))?.number;
  }

  standAt(number) {
    $("day").value = number;
    const day = this.days.find((each) => each.number === number);
    if (!day) return;
    const mark = day.mark === "ahead" && day.today ? "today" : MARKS[day.mark];
    const last = this.days.at(-1).number;
    const after = number === last && day.week < this.follows ? `. Weeks ${day.week + 1} to ${this.follows} follow` : "";
    const words = `Day ${number} of ${last}, ${dateName(day.date)}: ${mark}${after}`;
    $("day").setAttribute("aria-valuetext", words);
    $("day-told").textContent = words;
  }

  // Dragged or clicked: as far as there is anything to go to, one jump after the other, the newest wish last.
  slid() {
    if (this.stale) {
      this.wanted = Number($("day").value);
      $("day-told").textContent = `Day ${this.wanted}, in a moment.`;
      return;
    }
    const furthest = this.days.findLast((day) => day.open)?.number;
    if (furthest === undefined) {
      this.standAt(this.today());
      $("day-told").textContent = "The days begin with the plan: go on in the chat.";
      return;
    }
    const number = Math.min(Number($("day").value), furthest);
    const beyond = Number($("day").value) > furthest;
    this.standAt(number);
    if (beyond) $("day-told").textContent = `Day ${furthest + 1} has not come yet: move the clock to it.`;
    this.wanted = beyond && number === this.today() ? null : number;
    if (!this.going) this.go();
  }

  async go() {
    this.going = true;
    while (this.wanted !== null && !this.stale) {
      const day = this.wanted;
      this.wanted = null;
      await this.move({ to: "jump", day });
    }
    this.going = false;
  }
}

function person(who, doing) {
  const ready = who.days.length > 0;
  const busy = Boolean(doing && doing.what !== "play");
  const why = busy ? "The clock is moving" : ready ? "" : "These weeks are being played, in a moment";
  const act = (to, label, name, day, needs) => make("button", {
    type: "button",
    id: `${to}-${who.id}-${day}`,
    "data-to": to,
    "data-persona": who.id,
    "data-day": day,
    "aria-label": name,
    disabled: busy || (needs && !ready),
    title: busy || needs ? why : "",
  }, label);
  const strip = ready
    ? make("div", { class: "strip", role: "img", "aria-label": told(who.days) }, ...who.days.map(dot))
    : make("p", { class: "quiet strip" }, "Playing these weeks…");
  return make(
    "li",
    { class: who.here ? "person here" : "person" },
    make("h3", {}, who.name),
    make("p", { class: "quiet" }, who.about),
    strip,
    make(
      "div",
      { class: "acts" },
      act("watch", "Watch", `Watch ${who.name}’s three weeks`, 0, false),
      act("show", `Day ${JUMP}`, `Day ${JUMP} of ${who.name}`, JUMP, true),
      act("show", "The result", `The result of ${who.name}’s weeks`, 0, true),
      who.follows ? act("show", `Week ${who.later?.week ?? ""}`, `Week ${who.later?.week ?? ""} of ${who.name}`, who.later?.number ?? -1, true) : "",
    ),
  );
}
