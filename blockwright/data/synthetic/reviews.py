"""Short reviews written by a seeded generator, positive or negative. Negations and contrasts make the word order
matter: in half of the patterns, both classes use the same words."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

REVIEW_NOISE = 0.02

_NOUNS = """
film story play concert novel soup dinner menu hotel room garden museum tour train lamp chair phone keyboard camera
jacket game course teacher waiter
"""
_BLAME = "boring dull bad weak ugly sad slow cheap noisy tiring stale clumsy cold rude awful poor"
_PRAISE = "exciting bright good strong pretty cheerful quick solid quiet refreshing fresh clever warm kind great fine"
_THINGS = _NOUNS.split()
_WORDS = (_BLAME.split(), _PRAISE.split())
# {same} is a word with the class of the review, {other} one with the opposite class.
_PATTERNS = (
    "the {thing} is {same}",
    "what a {same} {thing}",
    "i find the {thing} {same} and {same2}",
    "the {thing} is {never} {other}",
    "nobody could call this {thing} {other}",
    "the {thing} is not {other} but {same}",
    "i expected a {other} {thing} and got a {same} one",
    "they say the {thing} is {other} , yet it is {same}",
    "it used to be {other} , now the {thing} is {same}",
    "although the {other_thing} was {other} , the {thing} itself is {same}",
)
_NEVER = ("not", "never", "hardly", "far from", "by no means", "anything but")
_BEFORE = ("we went there on a friday", "my sister chose it", "i had read about it", "it was my second time")
_AFTER = (
    "that is all i can say",
    "so much for that",
    "others may judge",
    "we talked about it on the way home",
)


def write_reviews(examples: int, seed: int) -> "tuple[np.ndarray, np.ndarray]":
    """Write reviews: texts, an object array of str `(examples, 1)`, and classes, int32 `(examples,)`.

    0 is negative, 1 positive, equally often. The same seed writes the same reviews.
    """
    import numpy as np

    generator = np.random.default_rng([seed, 2])
    labels = generator.permutation(np.arange(examples) % 2).astype(np.int32)
    texts = np.empty((examples, 1), dtype=object)

    def one_of(options: "list[str] | tuple[str, ...]") -> str:
        return options[generator.integers(len(options))]

    for row, label in enumerate(labels):
        praise = int(label) if generator.random() >= REVIEW_NOISE else 1 - int(label)
        sentence = one_of(_PATTERNS).format(
            thing=one_of(_THINGS),
            other_thing=one_of(_THINGS),
            same=one_of(_WORDS[praise]),
            same2=one_of(_WORDS[praise]),
            other=one_of(_WORDS[1 - praise]),
            never=one_of(_NEVER),
        )
        parts = [sentence]
        if generator.random() < 0.4:
            parts.insert(0, one_of(_BEFORE))
        if generator.random() < 0.4:
            parts.append(one_of(_AFTER))
        texts[row, 0] = " . ".join(parts) + " ."
    return texts, labels
