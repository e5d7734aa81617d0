"""The words of one language that typed text is read with; their reading is code, the words are an author's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import cached_property
from typing import Any, TypeVar


@dataclass(frozen=True)
class NumberWords:
    """How a language says numbers.

    `words` gives each word its value ("twelve": 12, "twice": 2), tens too; a ten and a unit add up. `none` are phrases
    that mean 0. `halves` are what "and a half" sounds like, `of` what stands between a score and its scale ("7 of
    10"). `corrections` take back what stands before them. `around` are words beside a number that change nothing;
    `spans` are units of time, before which a number is no score. `counts` say how often, and are no score either. A
    number behind one of `bounds` ("more than 5") or before one of `bounds_after` ("5 or more") is not the one that is
    meant; `above` and `below` are those that say which way, of an age. `scales` gives the words of a scale their
    number, by what is asked: pain, effort, an activity. `units` gives further names of units the one that a question
    knows; `longer` says how many of a unit another holds (s: minute: 60), `lengths` how many days. `one` and `half_of`
    stand before a unit in place of a number ("a week", "half a card"). `years` may stand behind an age, one of `being`
    before one's own, `decades` are such as "fifties"; beside one of `past` it was another one, and behind one of
    `born` it is the year of birth. `others` are people who are not the one who writes, but behind one of `not_of` they
    do nothing ("over the dog"). A number on a scale that counts things ("3 rounds") is no score: behind it only words
    of `beside` may stand. Those of `no_numbers` hold one that is none ("the last one"). `denied` takes a number back
    that another follows ("not 3, 4"), and close behind one of `undone` it was not reached, but for one of `beyond`
    ("could not do more than 8"). Beside one of `situations` a zero holds only then: "zero when I sit". `lasting` may
    stand beside the words of a scale that asks about the last week. Of several numbers the one beside `mostly` is what
    is usual, and the one beside `just_now` what is today; one beside `at_worst` alone is not what is usual. A score may
    be `called` a number ("number three"), and one of `retracting` takes back one that was given before ("I said 7, but
    it was more a 6"). An age behind one of `almost` ("nearly fifty") is a year or two less.
    """

    words: dict[str, int]
    none: tuple[str, ...]
    halves: tuple[str, ...]
    of: tuple[str, ...]
    corrections: tuple[str, ...]
    around: tuple[str, ...]
    spans: tuple[str, ...]
    counts: dict[str, int] = field(default_factory=dict)
    called: tuple[str, ...] = ()
    retracting: tuple[str, ...] = ()
    bounds: tuple[str, ...] = ()
    bounds_after: tuple[str, ...] = ()
    above: tuple[str, ...] = ()
    below: tuple[str, ...] = ()
    scales: dict[str, dict[str, int]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    longer: dict[str, dict[str, int]] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)
    one: tuple[str, ...] = ()
    half_of: tuple[str, ...] = ()
    years: tuple[str, ...] = ()
    being: tuple[str, ...] = ()
    past: tuple[str, ...] = ()
    decades: dict[str, int] = field(default_factory=dict)
    others: tuple[str, ...] = ()
    not_of: tuple[str, ...] = ()
    born: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    no_numbers: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    undone: tuple[str, ...] = ()
    beyond: tuple[str, ...] = ()
    lasting: tuple[str, ...] = ()
    mostly: tuple[str, ...] = ()
    just_now: tuple[str, ...] = ()
    at_worst: tuple[str, ...] = ()
    almost: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class ClockWords:
    """How a language says times of day.

    `around` means nothing. `morning` leaves the hour, `afternoon` adds twelve to one before noon, `night` does so from
    six on. `past` and `to` stand between minutes and hour, `quarter` and `half` are 15 and 30 such minutes; `half`
    alone before an hour ("half eight") means half an hour `half_alone` it. `named` are times with a name of their own;
    beside one of `hours` a number is a time of day, and beside one of `either` of several. `until` stands between two
    times, `since` before them, and one of `instead` before a time that is not the one. Beside one of `twelve_hours`
    stands no hour beyond 12.
    """

    around: tuple[str, ...]
    morning: tuple[str, ...]
    afternoon: tuple[str, ...]
    night: tuple[str, ...]
    past: tuple[str, ...]
    to: tuple[str, ...]
    quarter: tuple[str, ...]
    half: tuple[str, ...]
    half_alone: str
    named: dict[str, str]
    until: tuple[str, ...]
    hours: tuple[str, ...] = ()
    either: tuple[str, ...] = ()
    since: tuple[str, ...] = ()
    twelve_hours: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class DayGroup:
    """Several days with a name, 0 for Monday: 5 and 6 are "weekend"."""

    days: tuple[int, ...]
    named: tuple[str, ...]


@dataclass(frozen=True)
class DayWords:
    """How a language speaks of weekdays, beside their names.

    `groups` are days with a name of their own. After one of `but` days are taken away, several with one of `either`
    between them. `until`
    stands between the first and the last of several. `around` means nothing. `endings` are what a name may end in,
    such as a plural's. Beside one of `only` a single day is all that is meant. Behind one of `until_then`
    stands the day until which something lasts.
    """

    around: tuple[str, ...]
    endings: tuple[str, ...]
    groups: tuple[DayGroup, ...]
    but: tuple[str, ...]
    until: tuple[str, ...]
    only: tuple[str, ...] = ()
    until_then: tuple[str, ...] = ()
    either: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Pair:
    """Words that mean something together: one of `first` close to one of `then`, such as "my foot looks quite blue".

    Of a sign either may stand first. One that is `plain` is a sign however the text goes on: "my knee is hot today" is,
    though "hot today" is harmless.
    """

    first: tuple[str, ...]
    then: tuple[str, ...]
    plain: bool = False


@dataclass(frozen=True)
class StopWords:
    """How somebody says that no more messages are wanted.

    `alone` are phrases that are the whole text; `within` are phrases that mean it inside a short text, unless one of
    `never` stands in it; `clauses` mean it between two stops or commas. One of `ending` means it before one of
    `messages` too, with nothing but words of `between` between them ("stop sending me all these texts"); `pairs` mean
    it from further apart, the first before the second ("write me please not any more"), and a part of a text that ends
    with one of `ends` does too ("I would like to stop"). Who asks whether to stop what they do, in one of `asked`, and
    answers it in one of `answered`, speaks of no messages.
    """

    alone: tuple[str, ...]
    within: tuple[str, ...]
    never: tuple[str, ...]
    clauses: tuple[str, ...] = ()
    ending: tuple[str, ...] = ()
    messages: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    ends: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    answered: tuple[str, ...] = ()

    @cached_property
    def longer(self) -> tuple[str, ...]:
        """What means it among other words of this list, in more words than two."""
        return (*self.clauses, *(each for each in self.alone if each.count(" ") > 1))

    @cached_property
    def every(self) -> tuple[str, ...]:
        """All words that a text may hold which means this and nothing else."""
        return (*self.alone, *self.clauses, *self.ending, *self.messages, *self.between)

    def joined(self, other: StopWords) -> StopWords:
        """These and the others."""
        return _joined(self, other)


@dataclass(frozen=True)
class SignWords:
    """What a sign of danger sounds like: phrases of which each word may end in * for all that begins so.

    `pairs` are signs too, in one sentence with a few words between the two, and no denial before or between. What is
    said to be `fine` in the same way is harmless, unless one of `amiss` stands close before, and what is `set_aside`
    always is. What a part of a text says of somebody else is theirs, but beside one of `own` or of `saying` ("my wife
    says the calf is warm"), and who is `at_a_loss` ("what do I do") says nothing of oneself. `harmless` phrases are
    taken out before, also with words of `fillers` within. So is one of `deniable` behind one of `denials`
    ("no chest pain"), with words of `between` between them, unless one of `passed` says that it was there ("no chest
    pain any more"). A sign is `grave`, one for which one calls an ambulance, where one of these or of their pairs
    stands too beside words that are not `mild` ("out of breath after the stairs"). `ending_life` and its pairs are
    signs of somebody who thinks of ending their life, or of harming themselves, unless it is one of `limbs_asleep` that
    does not wake up.
    """

    signs: tuple[str, ...]
    harmless: tuple[str, ...]
    denials: tuple[str, ...] = ()
    deniable: tuple[str, ...] = ()
    between: tuple[str, ...] = ()
    passed: tuple[str, ...] = ()
    pairs: tuple[Pair, ...] = ()
    grave: tuple[str, ...] = ()
    grave_pairs: tuple[Pair, ...] = ()
    mild: tuple[str, ...] = ()
    ending_life: tuple[str, ...] = ()
    ending_life_pairs: tuple[Pair, ...] = ()
    limbs_asleep: tuple[Pair, ...] = ()
    set_aside: tuple[Pair, ...] = ()
    fillers: tuple[str, ...] = ()
    fine: tuple[Pair, ...] = ()
    amiss: tuple[str, ...] = ()
    own: tuple[str, ...] = ()
    at_a_loss: tuple[str, ...] = ()
    saying: tuple[str, ...] = ()

    @cached_property
    def of_ending_life(self) -> SignWords:
        """Those of ending one's life alone."""
        return replace(self, signs=self.ending_life, pairs=self.ending_life_pairs, set_aside=self.limbs_asleep)

    @cached_property
    def of_grave(self) -> SignWords:
        """Those for which one calls an ambulance."""
        return replace(self, signs=self.grave, pairs=self.grave_pairs, harmless=(*self.harmless, *self.mild))

    def joined(self, other: SignWords) -> SignWords:
        """These and the others."""
        return _joined(self, other)


Joined = TypeVar("Joined", StopWords, SignWords)


def _joined(one: Joined, other: Joined) -> Joined:
    return replace(one, **{each.name: getattr(one, each.name) + getattr(other, each.name) for each in fields(one)})


Commands = dict[str, tuple[str, ...]]
"""By the name of a command, what stands for it."""


def _joined_commands(own: Commands, other: Commands) -> Commands:
    """Those of both; what stands for something in the first stands for nothing else."""
    taken = {each for phrases in own.values() for each in phrases}
    return {
        name: (*own.get(name, ()), *(each for each in other.get(name, ()) if each not in taken))
        for name in {**own, **other}
    }


@dataclass(frozen=True)
class SeriesWords:
    """What a series adds: phrases and pairs for its own buttons, what names a yes to a screen of its safety check, is
    `listed` there, comes on the next one, is on none (`elsewhere`), denies it whole, or takes back the answer that led
    to it, which named sign may be another, or is one `of_late` alone, of which time a screen asks, what chooses nothing
    of several things, and words that choose no button.
    """

    buttons: dict[str, tuple[str, ...]] = field(default_factory=dict)
    buttons_paired: dict[str, tuple[Pair, ...]] = field(default_factory=dict)
    conditions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    listed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cleared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    came_about: dict[str, tuple[str, ...]] = field(default_factory=dict)
    comes_next: dict[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    takes_back: dict[str, tuple[str, ...]] = field(default_factory=dict)
    may_be_another: tuple[str, ...] = ()
    of_late: tuple[str, ...] = ()
    uncontrolled: tuple[str, ...] = ()
    asks_of: dict[str, str] = field(default_factory=dict)
    nothing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    unclear: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """All of it. `polite` words around an answer change nothing; `agree`, `refuse`, `unsure` are yes, no and neither,
    `unable` that it could not be done, and so do its pairs.

    `denying` may stand around a no that stays one ("no, I have none of these"), among them `well` unless a no stands
    right before it; `agreeing` around a yes. `denying_all` deny all that a list names, whatever is told behind.
    `doubts` say neither wherever they stand. A `hedged` no is none to signs of danger, nor a `soft` one ("I guess
    not"), one of `not_now` or one of `declining`; one of `private` tells nothing. What whoever has to be seen, or to
    call, says to that stands in `urged` and its pairs, by its kind. One of `puzzled`, with nothing but words of
    `puzzled_about` beside it, says that what is asked was not understood, and who names one of `terms` beside
    `asks_meaning`, and nothing but `around_a_term`, asks what a word means. `mistaken` takes a word back that was
    misunderstood ("no, I meant ..."), and so does one of `misheard` by itself ("you got me wrong"); a no may stand
    behind one of `startled` ("what, no"). One of `poorly` says that it is not well, and not how bad ("meh"), one of
    `well_enough` that it is well, and not how well.
    Words of `sharing` speak of a location that is shared or cannot be, those of `quiet` of a break where a day is named
    until which. One of `rather` stands before a time that is wanted in place of another.

    `commands` gives a command the phrases that stand for it, `commands_within` those that do so inside a short text,
    `commands_idle` those that do so while no question is open, and `commands_paired` pairs of words that do so where
    the first stands before the second. `buttons` gives a label's path the phrases that mean its button too, among them
    a path in place of all that is written for that one; where several bear that label, `path#2` is the second, and
    `path#alone` speaks for one that stands alone; `buttons_paired` means it in pairs of words, the first before the
    second.

    Signs that are `listed` on a screen of the safety check are a yes to it, and how they `came_about` alone is asked
    about there.
    `conditions` name a yes to a screen of the safety check, by its id, and `cleared` a no to the whole of it; unless
    one of `now` says that it is more than history, and none of `over` that it is; beside one of `whether` it is asked
    about ("does that count"). Behind a no one of `telling` begins something else, as behind a comma ("no I walked").
    What is asked about on the screen behind another stands in `comes_next` of that one, unless one of `uncontrolled`
    says that it counts there ("high blood pressure, out of control"). What no list names stands in `elsewhere` of the
    screen on which people tell it, what says that an earlier answer was none in `takes_back` ("no injury at all"), and
    a sign that `may_be_another` of its screen is asked about, also where it is named, and so is one `of_late` of which
    it is said that it was long ago.
    Of which time a screen of the check asks stands in `asks_of`: "now" or "days", else of all of it. A no with a word
    of shorter `times` beside it ("not today") denies less than is asked, but with one of a longer ("ever") beside it.

    Beside one of `negations` the words of a button mean something else, and beside one of `partly` something more;
    beside one of `around` they mean the same. `vague` words, and `unclear` ones of a series, choose no button by
    themselves. A text that begins with one of `asking` asks, and so does one with a question mark, unless it begins
    with one of `requests`. A place stands behind one of `place_behind`, and ends before one of `place_before`. `all`,
    `but` and `nothing` speak of several things to choose from; `sides` are the first and the second of a pair. A part
    of a text begins with one of `connectives` ("because", "but"). `small_talk` wants no more than a kind word, by its
    kind; `small_talk_paired` says as much in two words apart, the first before the second, and `faces` without any.
    One of `in_care` says that help is there, or comes, one of `spared` that a side of a pair is well. What was
    `long_ago` is no sign of these days. One of `leaving` leaves an open setting as it is,
    beside one of `finishing` what is named is all that is chosen. What is `near` an answer to a
    question about times is asked about in words of its own, by its kind: "depends on my shifts". `worries` and their
    pairs, by their kind, are answered with a sentence of their own, beside what the text means. `unsteady` pairs are a
    sign where nothing on the screen means them. `weary` and its pairs say that all of it is too much; so does what
    means the button `enough` where there is none. Beside one of `unwell` nothing is good news ("I walked there without
    stopping, and it hurt").

    Those of other beings are `animals`.

    One of `unwell_not` holds such a word, and says nothing of it ("fell in love").

    With one of `some_of` a session is not all done, and a pair of `in_part` tells of one that was done in part, or one
    of `in_part_alone` by itself: "did a bit", but not of gardening. `sets` of a move are done beside
    one of `telling_done`. Who is `away`, and for longer than one of `away_not` says, may want a break.

    One of `skipping`, of which the first is the plain word, with nothing but words of `skipping_about` beside it,
    wishes to leave out what stands on the screen.

    What is `spent` is time that something took, and means no button ("stiff for an hour").

    What stands in one part with one of `rejecting` is not what is chosen ("three is too much, two would do"), and
    behind one of `turns` stands how it is now ("the left at first, but now both").

    `contractions` gives words the forms that people draw them together to ("i'm"): a phrase is heard either way.
    `spellings` gives a word the short forms and sounds that people write for it ("tmrw"), and an ending those that are
    written for that (*ing: *in); slips of a letter need no entry. `no_slips` are words that stand in no other list and
    are one letter off one that does. The rows of a `keyboard` tell which letter a finger takes for another.
    """

    polite: tuple[str, ...]
    agree: tuple[str, ...]
    refuse: tuple[str, ...]
    unable: tuple[str, ...]
    unsure: tuple[str, ...]
    numbers: NumberWords
    clock: ClockWords
    days: DayWords
    stop: StopWords
    signs: SignWords
    commands: Commands
    commands_within: Commands = field(default_factory=dict)
    commands_idle: Commands = field(default_factory=dict)
    commands_paired: dict[str, tuple[Pair, ...]] = field(default_factory=dict)
    buttons: dict[str, tuple[str, ...]] = field(default_factory=dict)
    buttons_paired: dict[str, tuple[Pair, ...]] = field(default_factory=dict)
    conditions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    listed: dict[str, tuple[str, ...]] = field(default_factory=dict)
    cleared: dict[str, tuple[str, ...]] = field(default_factory=dict)
    came_about: dict[str, tuple[str, ...]] = field(default_factory=dict)
    comes_next: dict[str, tuple[str, ...]] = field(default_factory=dict)
    elsewhere: dict[str, tuple[str, ...]] = field(default_factory=dict)
    takes_back: dict[str, tuple[str, ...]] = field(default_factory=dict)
    may_be_another: tuple[str, ...] = ()
    of_late: tuple[str, ...] = ()
    uncontrolled: tuple[str, ...] = ()
    asks_of: dict[str, str] = field(default_factory=dict)
    nothing: dict[str, tuple[str, ...]] = field(default_factory=dict)
    now: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
    in_care: tuple[str, ...] = ()
    long_ago: tuple[str, ...] = ()
    times: dict[str, tuple[str, ...]] = field(default_factory=dict)
    leaving: tuple[str, ...] = ()
    finishing: tuple[str, ...] = ()
    near: dict[str, tuple[str, ...]] = field(default_factory=dict)
    worries: dict[str, tuple[str, ...]] = field(default_factory=dict)
    worries_paired: dict[str, tuple[Pair, ...]] = field(default_factory=dict)
    spared: tuple[str, ...] = ()
    whether: tuple[str, ...] = ()
    unable_paired: tuple[Pair, ...] = ()
    telling: tuple[str, ...] = ()
    denying: tuple[str, ...] = ()
    denying_all: tuple[str, ...] = ()
    well: tuple[str, ...] = ()
    agreeing: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    hedged: tuple[str, ...] = ()
    soft: tuple[str, ...] = ()
    not_now: tuple[str, ...] = ()
    declining: tuple[str, ...] = ()
    urged: dict[str, tuple[str, ...]] = field(default_factory=dict)
    urged_paired: dict[str, tuple[Pair, ...]] = field(default_factory=dict)
    terms: dict[str, tuple[str, ...]] = field(default_factory=dict)
    asks_meaning: tuple[str, ...] = ()
    around_a_term: tuple[str, ...] = ()
    private: tuple[str, ...] = ()
    puzzled: tuple[str, ...] = ()
    puzzled_about: tuple[str, ...] = ()
    mistaken: tuple[str, ...] = ()
    misheard: tuple[str, ...] = ()
    startled: tuple[str, ...] = ()
    poorly: tuple[str, ...] = ()
    well_enough: tuple[str, ...] = ()
    sharing: tuple[str, ...] = ()
    quiet: tuple[str, ...] = ()
    rather: tuple[str, ...] = ()
    negations: tuple[str, ...] = ()
    partly: tuple[str, ...] = ()
    around: tuple[str, ...] = ()
    vague: tuple[str, ...] = ()
    unclear: tuple[str, ...] = ()
    asking: tuple[str, ...] = ()
    requests: tuple[str, ...] = ()
    skipping: tuple[str, ...] = ()
    skipping_about: tuple[str, ...] = ()
    spent: tuple[str, ...] = ()
    rejecting: tuple[str, ...] = ()
    turns: tuple[str, ...] = ()
    inverted: tuple[str, ...] = ()
    place_behind: tuple[str, ...] = ()
    place_before: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    sides: tuple[tuple[str, ...], ...] = ()
    connectives: tuple[str, ...] = ()
    small_talk: dict[str, tuple[str, ...]] = field(default_factory=dict)
    small_talk_paired: dict[str, tuple[Pair, ...]] = field(default_factory=dict)
    faces: dict[str, tuple[str, ...]] = field(default_factory=dict)
    some_of: tuple[str, ...] = ()
    in_part: tuple[Pair, ...] = ()
    in_part_alone: tuple[str, ...] = ()
    telling_done: tuple[str, ...] = ()
    sets: tuple[str, ...] = ()
    away: tuple[str, ...] = ()
    away_not: tuple[str, ...] = ()
    unsteady: tuple[Pair, ...] = ()
    weary: tuple[str, ...] = ()
    weary_pairs: tuple[Pair, ...] = ()
    unwell: tuple[str, ...] = ()
    unwell_not: tuple[str, ...] = ()
    animals: tuple[str, ...] = ()
    contractions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    spellings: dict[str, tuple[str, ...]] = field(default_factory=dict)
    no_slips: tuple[str, ...] = ()
    keyboard: tuple[str, ...] = ()

    @cached_property
    def aside(self) -> tuple[str, ...]:
        """What may stand around a phrase and changes nothing."""
        return (*self.polite, *self.around)

    @cached_property
    def kindness(self) -> tuple[str, ...]:
        """Politeness, and whatever wants no more than a kind word."""
        return (*(each for many in self.small_talk.values() for each in many), *self.polite)

    def written_out(self) -> Vocabulary:
        """With each phrase without its contractions too."""
        forms = {form: words for words, many in self.contractions.items() for form in many}
        kept = {each: getattr(self, each) for each in ("contractions", "spellings", "no_slips", "keyboard")}
        found: Vocabulary = _written_out(self, forms)
        return replace(found, **kept)

    def hearing(self, other: Vocabulary) -> Vocabulary:
        """With the signs, the wishes to stop and the commands of another language too."""
        return replace(
            self,
            stop=self.stop.joined(other.stop),
            signs=self.signs.joined(other.signs),
            commands=_joined_commands(self.commands, other.commands),
        )


def _written_out(part: Any, forms: Mapping[str, str]) -> Any:
    """A part of a vocabulary in which each phrase stands as it was written, and without its contractions."""
    if isinstance(part, tuple):
        words = [each for each in part if isinstance(each, str)]
        return tuple(
            dict.fromkeys((*(_written_out(each, forms) for each in part), *(_long(each, forms) for each in words)))
        )
    if isinstance(part, Mapping):
        entries = [(key, _written_out(value, forms)) for key, value in part.items()]
        return {**{_long(key, forms): value for key, value in entries}, **dict(entries)}
    if is_dataclass(part) and not isinstance(part, type):
        return replace(part, **{each.name: _written_out(getattr(part, each.name), forms) for each in fields(part)})
    return part


def _long(phrase: str, forms: Mapping[str, str]) -> str:
    return " ".join(forms.get(word, word) for word in phrase.split(" "))
