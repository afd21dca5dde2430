"""A source with faults: every one is named in one go, and nothing is published."""

import pytest

from pathway.models import Protocol
from pathway.source import ProtocolRefused, read


def line_number(text, passage):
    return next(n for n, line in enumerate(text.splitlines(), 1) if passage in line)


def refusal_of(text):
    with pytest.raises(ProtocolRefused) as refused:
        read(text)
    return [str(problem) for problem in refused.value.problems]


FAULTS = [
    ("max_days = 42\n", 'max_days = "six weeks"\n', "max_days: expected a whole number"),
    ("max_days = 42\n", "max_days = true\n", "max_days: expected a whole number"),
    ("max_days = 42\n", "max_days = 20\n", "needs min_days <= default_days <= max_days"),
    ("max_days = 42\n", "", "max_days: This field cannot be null."),
    ("max_days = 42\n", "maximum_days = 42\n", "maximum_days: unknown key; known are chronicity"),
    ("max_days = 42\n", "max_days = -1\n", "max_days: Ensure this value is greater than or equal"),
    ('chronicity = "acute"', 'chronicity = "new"', "Value 'new' is not a valid choice."),
    ('chronicity = "acute"', 'chronicity = "chronic"', "needs one each of acute, subacute"),
    ("level = 2\n", "level = 7\n", "tiers: needs the levels 1 to 5 once each"),
    ("level = 2\n", "level = 1\n", "tiers: needs the levels 1 to 5 once each"),
    ("level = 2\n", "", "tiers[physical-and-manual-therapy].level: This field cannot be null."),
    ("counts_alone = true", 'counts_alone = "yes"', "counts_alone: expected true or false"),
    ("check_days = [14, 42]", "check_days = 14", "check_days: expected a list"),
    ("check_days = [14, 42]", 'check_days = ["two weeks"]', "check_days: expected a whole number"),
    ("usual_tiers = [1, 2, 3]", "usual_tiers = [1, 6]", "usual_tiers: tiers are 1 to 5"),
    ("value = 1.20", 'value = "1.20"', "thresholds[plateau_logodds].value: expected a number"),
    ("value = 1.20", "value = 1.23456", "Ensure that there are no more than 4 decimal places."),
    ('key = "plateau_logodds"', 'key = "plateau"', "nothing reads a rule named plateau"),
    ('key = "plateau_logodds"', 'key = "plateau"', "thresholds: rule plateau_logodds is missing"),
    ('value = 2\nunit = "days"', 'value = 3\nunit = "days"', "value: the product keeps to 2"),
    ('value = 1\nunit = "times"', 'value = 2\nunit = "times"', "value: the product keeps to 1"),
    ('unit = "minutes"', 'unit = "hours"', "unit: a deadline is in minutes or working days"),
    ('key = "improving"', 'key = "better"', "messages: improving is missing"),
    ('key = "improving"', 'key = "better"', "key: no status is called better"),
    ("down from {baseline}", "down from {start}", "patient: nothing fills start"),
    ("down from {baseline}", "down from {", "patient: nothing fills a single brace"),
    ("{emergency_number}", "{number}", "emergency_advice: nothing fills number"),
    ('label = "trial"', 'label = "rumour"', "label: Value 'rumour' is not a valid choice."),
    ('published = "2008"', 'published = "May 2008"', "published: write a year, a month or a day"),
    ('evidence_keys = ["aan-2025"', 'evidence_keys = ["nobody"', "no evidence entry nobody"),
    ('with_facts = ["thin-bones"', 'with_facts = ["thick-bones"', "no risk fact thick-bones"),
    (
        'level_with_fact = "emergency"\n',
        "",
        "level_with_fact: goes with with_facts, and only with it",
    ),
    ('with_facts = ["thin-bones", "long-steroids"]\n', "", "level_with_fact: goes with with_facts"),
    ('key = "heat"', 'key = "ice"', "key: ice is there more than once"),
    ('key = "heat"', 'key = "warm pack"', "key: Enter a valid “slug”"),
    ('title = "Heat"', 'title = ""', "modalities[heat].title: This field cannot be blank."),
    ("can ease tight", "can\\u0000ease", "modalities[heat].summary: holds a null character"),
    ("can ease tight", "helps 80 % of", "modalities[heat].summary: patients never read “%”"),
    ("Nothing urgent:", "You are stuck:", "messages[plateau].patient: patients never read “stuck”"),
    ("verified = false\nsign_off", "verified = false\n# sign_off", "false needs a sign_off"),
    ("may_ship_items = false", "may_ship_items = true", "not under the licence licensed"),
    ('scoring = "mean"', 'scoring = "total"', "scoring: total goes without items"),
    ("maximum = 24", "maximum = 0", "instruments[rmdq].maximum: needs minimum < maximum"),
    ("maximum = 24", "", "instruments[rmdq].maximum: This field cannot be null."),
    (
        'level = "emergency"\ntext',
        'levels = "emergency"\ntext',
        "level: This field cannot be blank",
    ),
    ("disclaimer =", "disclaimers =", "disclaimer: This field cannot be blank."),
    ("[[checklist]]", "[[checklists]]", "checklists: unknown key"),
]


@pytest.mark.parametrize(("old", "new", "reason"), FAULTS)
def test_a_fault_is_named(rewrite, old, new, reason):
    assert any(reason in problem for problem in refusal_of(rewrite(old, new)))


def test_a_fault_is_named_with_its_line_and_its_key(rewrite):
    text = rewrite("max_days = 182", "max_days = 100")
    line = line_number(text, "default_days = 126")
    assert refusal_of(text) == [
        f"line {line}: tiers[physical-and-manual-therapy]"
        ".windows[physical-and-manual-therapy-chronic].default_days: "
        "needs min_days <= default_days <= max_days"
    ]


def test_every_fault_is_named_in_one_go_in_the_order_of_lines(rewrite):
    text = rewrite("level = 2\n", 'level = "two"\n')
    text = text.replace('title = "Heat"', "title = 5").replace('scoring = "count"', "")
    problems = refusal_of(text)
    found = [line.split(": ")[1] for line in problems]
    assert "tiers[self-management].modalities[heat].title" in found
    assert "tiers[physical-and-manual-therapy].level" in found
    assert "instruments[rmdq].scoring" in found
    lines = [int(line.split(":")[0].removeprefix("line ")) for line in problems]
    assert lines == sorted(lines)


def test_items_of_a_licensed_questionnaire_are_refused(rewrite):
    item = '[[instruments.items]]\nkey = "odi-1"\ntext = "Pain"\n\n'
    text = rewrite('[[instruments]]\nkey = "ndi"', item + '[[instruments]]\nkey = "ndi"')
    assert "its licence does not let its items be shipped" in "\n".join(refusal_of(text))


def test_a_section_has_to_be_a_list_of_tables(reviewed_text):
    text = reviewed_text.split("[[checklist]]")[0].replace(
        'title = "Conservative', 'checklist = "none"\ntitle = "Conservative', 1
    )
    problems = refusal_of(text)
    assert any("checklist: expected a list of tables" in problem for problem in problems)
    assert any("messages: the section is empty or missing" in problem for problem in problems)


def test_without_an_emergency_question_on_every_log_nothing_is_published(reviewed_text):
    text = reviewed_text.replace("on_every_log = true", "on_every_log = false")
    assert "safety_questions: needs an emergency question on every log" in refusal_of(text)[0]


def test_text_that_is_not_toml_is_named_with_its_line(rewrite):
    text = rewrite("level = 2\n", "level = = 2\n")
    (problem,) = refusal_of(text)
    assert problem.startswith(f"line {line_number(text, 'level = = 2')}: TOML: ")


def test_a_text_that_breaks_off_is_named_at_its_last_line():
    (problem,) = refusal_of('key = "a"\ntext = """never closed')
    assert problem.startswith("line 2: TOML: ")


@pytest.mark.django_db
def test_nothing_is_published_when_something_is_refused(rewrite, publish):
    before = Protocol.objects.count()
    with pytest.raises(ProtocolRefused):
        publish(rewrite("level = 2\n", ""))
    assert Protocol.objects.count() == before
