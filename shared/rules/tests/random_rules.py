"""Random rules, each with an evaluator of its own that knows nothing of the compiler."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from hypothesis import strategies as st
from talent_rules import Fact, FactType, Value, Vocabulary

DEGREES = ("doctor", "master", "bachelor")
VOCABULARY = Vocabulary(
    [
        *(Fact(f"b.{name}", FactType.BOOL) for name in "xyz"),
        *(Fact(f"n.{name}", FactType.INT) for name in "xy"),
        Fact("e.x", FactType.ENUM, values=DEGREES),
    ]
)
NUMBERS = st.integers(-3, 3)
VALUES = {
    FactType.BOOL: st.booleans(),
    FactType.INT: NUMBERS,
    FactType.ENUM: st.sampled_from(DEGREES),
}
FULL_FACTS = st.fixed_dictionaries(
    {name: VALUES[fact.type] for name, fact in VOCABULARY.facts.items()}
)
PARTS = st.sets(st.sampled_from(sorted(VOCABULARY.facts)))

Reference = Callable[[Mapping[str, Value]], Value | None]


@dataclass(frozen=True)
class Rule:
    """A rule's text and what it should give, None for unknown."""

    text: str
    reference: Reference


def fact(name: str) -> Rule:
    return Rule(name, lambda facts: facts.get(name))


def number(value: int) -> Rule:
    return Rule(f"({value})", lambda _: value)


def strict(text: str, operation: Callable[..., Value], *parts: Rule) -> Rule:
    """Unknown as soon as one part is."""

    def reference(facts):
        values = [part.reference(facts) for part in parts]
        return None if None in values else operation(*values)

    return Rule(text.format(*(part.text for part in parts)), reference)


def junction(sign: str, decider: bool, parts: list[Rule]) -> Rule:
    def reference(facts):
        values = [part.reference(facts) for part in parts]
        if decider in values:
            return decider
        return None if None in values else not decider

    return Rule(f"({f' {sign} '.join(part.text for part in parts)})", reference)


def choice(condition: Rule, then: Rule, otherwise: Rule) -> Rule:
    def reference(facts):
        decided = condition.reference(facts)
        one, other = then.reference(facts), otherwise.reference(facts)
        if decided is None:
            return one if one == other else None
        return one if decided else other

    return Rule(f"({condition.text} ? {then.text} : {otherwise.text})", reference)


def member(item: Rule, options: list[Rule]) -> Rule:
    def reference(facts):
        value = item.reference(facts)
        others = [option.reference(facts) for option in options]
        if value is not None and value in [other for other in others if other is not None]:
            return True
        return None if value is None or None in others else False

    return Rule(f"({item.text} in [{', '.join(o.text for o in options)}])", reference)


COMPARISONS = {
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}
ARITHMETIC = {"+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b}

int_rules = st.recursive(
    st.one_of(st.sampled_from(["n.x", "n.y"]).map(fact), NUMBERS.map(number)),
    lambda inner: st.builds(
        lambda sign, a, b: strict(f"({{0}} {sign} {{1}})", ARITHMETIC[sign], a, b),
        st.sampled_from(sorted(ARITHMETIC)),
        inner,
        inner,
    ),
    max_leaves=3,
)

bool_leaves = st.one_of(
    st.sampled_from(["b.x", "b.y", "b.z"]).map(fact),
    st.booleans().map(lambda value: Rule(str(value).lower(), lambda _: value)),
    st.builds(
        lambda sign, a, b: strict(f"({{0}} {sign} {{1}})", COMPARISONS[sign], a, b),
        st.sampled_from(sorted(COMPARISONS)),
        int_rules,
        int_rules,
    ),
    st.builds(member, int_rules, st.lists(int_rules, min_size=1, max_size=3)),
    st.builds(
        lambda code: strict(f'({{0}} == "{code}")', lambda a: a == code, fact("e.x")),
        st.sampled_from(DEGREES),
    ),
    st.builds(
        lambda codes: strict(f"({{0}} in {list(codes)})", lambda a: a in codes, fact("e.x")),
        st.sets(st.sampled_from(DEGREES), min_size=1),
    ),
)

bool_rules = st.recursive(
    bool_leaves,
    lambda inner: st.one_of(
        inner.map(lambda part: strict("!{0}", lambda a: not a, part)),
        st.lists(inner, min_size=2, max_size=4).map(lambda ps: junction("&&", False, ps)),
        st.lists(inner, min_size=2, max_size=4).map(lambda ps: junction("||", True, ps)),
        st.builds(choice, inner, inner, inner),
        st.builds(
            lambda c, a, b, d: strict("({0} > {1})", lambda x, y: x > y, choice(c, a, b), d),
            inner,
            int_rules,
            int_rules,
            int_rules,
        ),
    ),
    max_leaves=8,
)
