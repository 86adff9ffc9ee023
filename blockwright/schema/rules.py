"""What a rule is: one class for each code of finding, which says what is wrong, why, and how to fix it."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from blockwright.schema.findings import DesignError, Finding, Fix, Severity

Edits = list[dict[str, Any]]
Candidate = tuple[str, Edits]
"""A fix that was not tried yet: the label of its button, and its edits."""


@dataclass(frozen=True)
class Problem:
    """Where a rule is broken.

    Attributes:
        node: the id of the node or input; None where the design as a whole is meant.
        message: what is wrong with it, and what to do.
        fixes: what may fix it, the best first.
        severity: where it differs from the rule's own.
    """

    node: str | None
    message: str
    fixes: tuple[Candidate, ...] = ()
    severity: Severity | None = None


ChooseFix = Callable[[Problem], Fix | None]
"""Which of the fixes of a problem is offered."""


def first_fix(problem: Problem) -> Fix | None:
    """The first fix of a problem, which was not tried."""
    return Fix(label=problem.fixes[0][0], edits=problem.fixes[0][1]) if problem.fixes else None


def no_fix(problem: Problem) -> None:
    """No fix is offered."""


View = TypeVar("View")
AnyRule = TypeVar("AnyRule", bound="Rule[Any]")


class Rule(Generic[View]):
    """A rule of designs. Its docstring says what it asks for, why, and how to fix what breaks it.

    A rule is found by its class: `every_rule` lists them. The view that it checks is what is known of the design:
    its wires, one node with its catalog entry, or all shapes.
    """

    code: ClassVar[str]
    severity: ClassVar[Severity] = "error"

    def check(self, view: View) -> Iterable[Problem]:
        """Where the rule is broken."""
        return ()

    def findings(self, view: View, choose_fix: ChooseFix = first_fix) -> list[Finding]:
        """What `check` finds, each with the fix that is chosen for it."""
        return [self.finding(problem, choose_fix) for problem in self.check(view)]

    def finding(self, problem: Problem, choose_fix: ChooseFix = first_fix) -> Finding:
        """A problem with this rule as a finding."""
        return Finding(
            code=self.code,
            node=problem.node,
            severity=problem.severity or self.severity,
            message=problem.message,
            fix=choose_fix(problem),
        )

    @classmethod
    def error(cls, message: str, node: str | None = None) -> Finding:
        """A finding of this rule without a fix."""
        return cls().finding(Problem(node, message))

    @classmethod
    def refusal(cls, message: str, node: str | None = None) -> DesignError:
        """What to raise where this rule is broken."""
        return DesignError([cls.error(message, node)])


class ReportedRule(Rule[object]):
    """A rule about what only shows while a file is read or a network runs, reported from there, without a fix."""


def every_rule(base: type[AnyRule]) -> Iterator[type[AnyRule]]:
    """Every rule below a class, in the order in which they are written; modules that were not imported have none."""
    for rule in base.__subclasses__():
        if "code" in vars(rule):
            yield rule
        yield from every_rule(rule)
