"""The laws of three-valued evaluation on random rules, and CEL's own reference as oracle."""

from cel_expr_python import cel
from hypothesis import given as each
from hypothesis import settings
from talent_rules import FactType, Unknown, compile_expression

from .random_rules import FULL_FACTS, PARTS, VOCABULARY, bool_rules
from .worlds import ENVIRONMENT

CEL_TYPES = {
    FactType.BOOL: cel.Type.BOOL,
    FactType.INT: cel.Type.INT,
    FactType.ENUM: cel.Type.STRING,
}
ORACLE = cel.NewEnv(
    variables={name: CEL_TYPES[fact.type] for name, fact in VOCABULARY.facts.items()}
)


def compiled(rule):
    return compile_expression(rule.text, VOCABULARY, returns=FactType.BOOL)


def without(facts, hidden):
    return {name: value for name, value in facts.items() if name not in hidden}


@settings(max_examples=300)
@each(bool_rules, FULL_FACTS, PARTS)
def test_agrees_with_a_reference_of_kleenes_logic(rule, facts, hidden):
    known = without(facts, hidden)
    answer = compiled(rule).evaluate(known, ENVIRONMENT)
    expected = rule.reference(known)
    if expected is None:
        assert isinstance(answer, Unknown)
    else:
        assert answer is expected


@settings(max_examples=300)
@each(bool_rules, FULL_FACTS)
def test_agrees_with_cel_where_everything_is_known(rule, facts):
    oracle = ORACLE.compile(rule.text).eval(data=facts)
    assert compiled(rule).evaluate(facts, ENVIRONMENT) is oracle.value()


@settings(max_examples=200)
@each(bool_rules, FULL_FACTS, PARTS, PARTS)
def test_learning_a_fact_never_changes_a_decided_answer(rule, facts, hidden, learnt):
    expression = compiled(rule)
    before = expression.evaluate(without(facts, hidden), ENVIRONMENT)
    after = expression.evaluate(without(facts, hidden - learnt), ENVIRONMENT)
    if not isinstance(before, Unknown):
        assert after is before


@settings(max_examples=200)
@each(bool_rules, FULL_FACTS, PARTS)
def test_the_names_of_an_unknown_decide_and_no_others_do(rule, facts, hidden):
    expression = compiled(rule)
    answer = expression.evaluate(without(facts, hidden), ENVIRONMENT)
    if isinstance(answer, Unknown):
        assert answer.names
        assert answer.names <= expression.facts & hidden
        told = expression.evaluate(without(facts, hidden - answer.names), ENVIRONMENT)
        assert not isinstance(told, Unknown)
        others = expression.evaluate(without(facts, answer.names), ENVIRONMENT)
        assert isinstance(others, Unknown)
