"""Support tickets written by a seeded generator: a title, a body and tags, with a priority and a department.

The department follows from what the text is about, the priority from what happened, from how urgently the customer
writes, and from tags that the text does not mention. A little noise keeps both from being certain.
"""

from typing import TYPE_CHECKING, NamedTuple

from blockwright.schema.data.text_cards import DEPARTMENTS, TAGS

if TYPE_CHECKING:
    import numpy as np

TICKET_NOISE = 0.03


class _Issue(NamedTuple):
    department: int
    severity: float
    tags: tuple[str, ...]
    titles: tuple[str, ...]
    facts: tuple[str, ...]


_ISSUES = (
    _Issue(
        0,
        0.5,
        ("refund",),
        ("Charged twice", "Two payments for one order", "Double charge on my card"),
        ("My card was charged twice for order {n}.", "The amount of order {n} was taken twice."),
    ),
    _Issue(
        0,
        0.2,
        ("invoice",),
        ("Invoice missing", "I need an invoice", "Where is my receipt"),
        ("I have not received an invoice for order {n}.", "Please send the receipt for payment {n} again."),
    ),
    _Issue(
        0,
        0.35,
        ("refund", "invoice"),
        ("Wrong amount", "The price is not what I agreed to", "Discount not applied"),
        ("The bill of order {n} shows a higher price than the offer.", "My discount is missing on bill {n}."),
    ),
    _Issue(
        1,
        0.75,
        ("crash",),
        ("App crashes at start", "Program closes by itself", "Crash after the update"),
        (
            "Since version {few} the app closes when I open it.",
            "The program crashes with error {n} every time.",
        ),
    ),
    _Issue(
        1,
        0.4,
        ("slow",),
        ("Everything is slow", "Pages load forever", "Search takes minutes"),
        ("Every page takes {few} seconds to load.", "The search has become very slow, about {few} seconds."),
    ),
    _Issue(
        1,
        0.3,
        ("crash", "slow"),
        ("Export does not work", "Printing fails", "Upload stops half way"),
        (
            "The export stops at {few} percent and the screen freezes.",
            "Uploading a file of {few} MB never ends.",
        ),
    ),
    _Issue(
        2,
        0.45,
        ("late",),
        ("Parcel is late", "Where is my order", "Nothing has arrived"),
        ("Order {n} should have arrived last week.", "The tracking of parcel {n} has not moved for days."),
    ),
    _Issue(
        2,
        0.55,
        ("damaged", "refund"),
        ("Arrived broken", "Damaged in transit", "The box was crushed"),
        ("The lamp from order {n} arrived in pieces.", "Parcel {n} was wet and the contents are damaged."),
    ),
    _Issue(
        2,
        0.1,
        ("late",),
        ("Change of address", "Deliver it elsewhere", "Question about delivery times"),
        ("Please send order {n} to my office instead.", "How long does a parcel to postcode {n} take?"),
    ),
    _Issue(
        3,
        0.65,
        ("login",),
        ("Cannot sign in", "Locked out", "Password reset never comes"),
        ("I cannot log in: the page says code {n}.", "The reset mail for user {n} does not arrive."),
    ),
    _Issue(
        3,
        0.85,
        ("privacy", "login"),
        ("Somebody else used my account", "Strange login", "I think I was hacked"),
        ("There was a login from a place I do not know, session {n}.", "A stranger changed profile {n}."),
    ),
    _Issue(
        3,
        0.15,
        ("privacy",),
        ("Delete my data", "Change my mail address", "Close my profile"),
        ("Please remove everything stored about customer {n}.", "I want a new mail address on profile {n}."),
    ),
)
_VAGUE = ("Please help", "A question", "Problem", "Hello", "Not happy", "Need support")
_OPENINGS = ("Hello,", "Good morning,", "Hi there,", "Dear team,", "")
_MOODS: tuple[tuple[float, tuple[str, ...]], ...] = (
    (-0.5, ("There is no hurry.", "Answer whenever you find the time.", "It can wait until next week.")),
    (0.0, ("Could you look into it?", "Please let me know what to do.", "What can be done?")),
    (0.5, ("I need an answer today.", "Please see to it soon.", "I have been waiting for days.")),
    (
        1.0,
        (
            "This is urgent: our work stands still!",
            "I need this fixed immediately!",
            "Please answer at once!",
        ),
    ),
)
_CLOSINGS = ("Thank you.", "Kind regards", "Best wishes", "Thanks in advance.", "")
# What tags that the text does not mention add to the priority.
_STANDING = {"business": 0.15, "new-customer": -0.05, "repeat": 0.1, "outage": 0.2}
_CHANCES = {"business": 0.3, "new-customer": 0.2, "repeat": 0.25, "outage": 0.08}


def write_tickets(examples: int, seed: int) -> "tuple[dict[str, np.ndarray], dict[str, np.ndarray]]":
    """Write tickets: their features and targets. The same seed writes the same tickets.

    Features: `title` and `body`, object arrays of str `(examples, 1)`, and `tags`, float32 0 or 1,
    `(examples, 12)` in the order of `TAGS`. Targets: `priority`, float32 from 0 to 1, `(examples, 1)`, and
    `department`, int32 `(examples,)`, an index into `DEPARTMENTS`.
    """
    import numpy as np

    generator = np.random.default_rng([seed, 12])
    titles, bodies = (np.empty((examples, 1), dtype=object) for _ in range(2))
    tags = np.zeros((examples, len(TAGS)), dtype=np.float32)
    priority = np.empty((examples, 1), dtype=np.float32)
    department = np.empty(examples, dtype=np.int32)

    def one_of(options: tuple[str, ...]) -> str:
        return options[generator.integers(len(options))]

    for row in range(examples):
        issue = _ISSUES[generator.integers(len(_ISSUES))]
        mood, words = _MOODS[generator.integers(len(_MOODS))]
        titles[row, 0] = one_of(_VAGUE if generator.random() < 0.2 else issue.titles)
        fact = one_of(issue.facts).format(n=generator.integers(1000, 9000), few=generator.integers(4, 99))
        lines = [one_of(_OPENINGS), f"{fact} {one_of(words)}", one_of(_CLOSINGS)]
        # A greeting and a farewell stand on lines of their own, as in a letter.
        bodies[row, 0] = "\n".join(line for line in lines if line)
        chosen = [tag for tag in issue.tags if generator.random() < 0.8]
        chosen += [tag for tag, chance in _CHANCES.items() if generator.random() < chance]
        if generator.random() < 0.1:
            chosen.append(one_of(TAGS[:8]))
        tags[row, [TAGS.index(tag) for tag in chosen]] = 1.0
        standing = sum(_STANDING.get(tag, 0.0) for tag in chosen)
        level = 0.1 + 0.55 * issue.severity + 0.2 * mood + standing + generator.normal(0, TICKET_NOISE)
        priority[row, 0] = min(1.0, max(0.0, level))
        stray = generator.random() < TICKET_NOISE
        department[row] = generator.integers(len(DEPARTMENTS)) if stray else issue.department
    return {"title": titles, "body": bodies, "tags": tags}, {"priority": priority, "department": department}
