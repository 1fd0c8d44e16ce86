"""
Schemas of CustomResourceDefinitions, and what of an object does not fit.
"""

import pytest

from tests.custom_resources import schema, widget

from mizzen import FromConfig
from mizzen._merging import plain
from mizzen._misfits import misfits


LATER = FromConfig("later")
TEXT, WHOLE = {"type": "string"}, {"type": "integer"}
EITHER = {"x-kubernetes-int-or-string": True, "anyOf": [WHOLE, TEXT]}
KEPT = {"x-kubernetes-preserve-unknown-fields": True}
EMBEDDED = {"x-kubernetes-embedded-resource": True}


def judged(rules, spec):
    """
    What is wrong with the ``spec`` of an object by the *rules* for it.
    """
    return misfits(plain(widget(spec)), plain(schema({"spec": rules})))


def one_of(*values):
    """
    A field *a*, which is one of *values*.
    """
    return {"properties": {"a": {"enum": [*values]}}}


class TestValue:
    @pytest.mark.parametrize(
        ("rules", "right", "wrong", "message"),
        [
            (WHOLE, 3, "3", "must be a whole number (got '3')"),
            (WHOLE, 3, True, "must be a whole number (got True)"),
            ({"type": "number"}, 0.5, "a", "must be a number (got 'a')"),
            (TEXT, "a", 1, "must be text (got 1)"),
            (TEXT, None, 1, "must be text (got 1)"),
            ({**TEXT, "nullable": True}, None, 1, "must be text (got 1)"),
            ({"type": "boolean"}, False, "yes",
             "must be True or False (got 'yes')"),
            ({"type": "array"}, [1], {"a": 1},
             "must be a list (got a map)"),
            ({"type": "object"}, {}, ["a"], "must be a map (got a list)"),
            (EITHER, "50%", True,
             "must be a whole number or text (got True)"),
            ({**EITHER, "nullable": True}, None, False,
             "must be a whole number or text (got False)"),
            ({**EITHER, "pattern": "^[0-9]+%$"}, 5, "half",
             "must match '^[0-9]+%$' (got 'half')"),
            ({"enum": ["on", 1]}, 1, "of",
             "'of' is unknown; choose one of: '1', 'on'"),
            ({**KEPT, "enum": [{}]}, {}, {"a": 1},
             "a map is unknown; choose one of: '{}'"),
            ({"minimum": 1}, 1, 0, "must be 1 or more (got 0)"),
            ({"maximum": 1.5}, 1.5, 2, "must be 1.5 or less (got 2)"),
            ({"minimum": 1, "exclusiveMinimum": True}, 2, 1,
             "must be more than 1 (got 1)"),
            ({"maximum": 1, "exclusiveMaximum": True}, 0, 1,
             "must be less than 1 (got 1)"),
            ({"multipleOf": 5}, 10, 7, "must be a multiple of 5 (got 7)"),
            ({"minLength": 1}, "a", "",
             "must be text whose length is 1 or more (got 0)"),
            ({"maxLength": 2}, "ab", "abc",
             "must be text whose length is 2 or less (got 3)"),
            ({"minItems": 1}, ["a"], [],
             "must be a list whose length is 1 or more (got 0)"),
            ({"maxItems": 1}, ["a"], [1, 2],
             "must be a list whose length is 1 or less (got 2)"),
            ({"minProperties": 1}, {"a": 1}, {},
             "must be a map whose length is 1 or more (got 0)"),
            ({"maxProperties": 1}, {"a": 1}, {"a": 1, "b": 2},
             "must be a map whose length is 1 or less (got 2)"),
            # Go's digits are those of ASCII.
            ({"pattern": r"^\d$"}, "1", "\u0661",
             r"must match '^\\d$' (got " + repr("\u0661") + ")"),
            ({"not": {"enum": ["a"]}}, "b", "a",
             "is what its definition excludes"),
            ({"oneOf": [{"minimum": 1}, {"maximum": 5}]}, 0, 3,
             "fits several alternatives, of which its definition wants one"),
            ({"anyOf": [{"minimum": 5}, {"maximum": 1}]}, 0, 3,
             ("fits no alternative: spec.a must be 1 or less (got 3), or "
              "spec.a must be 5 or more (got 3)")),
            ({"allOf": [{"minimum": 1}, {"maximum": 5}]}, 3, 8,
             "must be 5 or less (got 8)"),
        ],
    )  # fmt: skip
    def test_judged(self, rules, right, wrong, message):
        """
        What fits is taken, and what is known only at deployment; what does
        not is refused by its path, with what would be right.
        """
        of_spec = schema({"a": rules})

        assert [] == judged(of_spec, {"a": right})
        assert [] == judged(of_spec, {"a": LATER})
        assert [f"spec.a {message}"] == judged(of_spec, {"a": wrong})

    @pytest.mark.parametrize(
        "rules",
        [
            {"pattern": r"^\pL$"},
            {"pattern": "[[:upper:]]"},
            {"pattern": "a{9999999999999999999}"},
            {"pattern": LATER},
            {"pattern": 1},
            {"enum": ["y", LATER]},
            {"type": "texts"},
            {"type": "string", "multipleOf": 0},
            {"exclusiveMinimum": True},
            {"required": "x", "properties": ["x"], "items": "x"},
            {"required": [1, ["x"]], "anyOf": [], "oneOf": "x", "not": []},
            {"minLength": "5", "maxLength": True, "enum": "y"},
            "none",
        ],
    )
    def test_no_rule(self, rules):
        """
        What Python does not understand is left to the API server.
        """
        assert [] == judged(schema({"a": rules}), {"a": "x"})


class TestFields:
    @pytest.mark.parametrize(
        ("rules", "spec", "message"),
        [
            (
                schema({}),
                {"a": 1},
                "spec has no field 'a'; there are none yet",
            ),
            (
                schema({"a": {"type": "array", "items": schema({"b": TEXT})}}),
                {"a": [{}, {"c": ""}]},
                "spec.a[1] has no field 'c'; choose one of: 'b'",
            ),
            (
                {"type": "object", "additionalProperties": TEXT},
                {"a.b": "", "c": 1},
                "spec.c must be text (got 1)",
            ),
            (
                {"type": "object", "additionalProperties": schema({})},
                {"a": {"b": 1}},
                "spec.a has no field 'b'; there are none yet",
            ),
            (
                schema({"a": schema({})}, **KEPT),
                {"a": {"b": 1}, "c": 1},
                "spec.a has no field 'b'; there are none yet",
            ),
            (
                schema({"a": TEXT}, required=["a"]),
                {},
                "spec.a must be given",
            ),
            (
                schema(
                    {"a": TEXT, "b": TEXT},
                    oneOf=[{"required": ["a"]}, {"required": ["b"]}],
                ),
                {},
                (
                    "spec fits no alternative: spec.a must be given, or "
                    "spec.b must be given"
                ),
            ),
            (
                schema({"spec": schema({})}, **EMBEDDED),
                {"apiVersion": "v1", "metadata": {"labels": {}}, "spec": {}},
                "spec.kind must be given",
            ),
        ],
    )
    def test_nested(self, rules, spec, message):
        """
        What stands in maps, lists and embedded objects is refused by its
        whole path.
        """
        assert [message] == judged(rules, spec)

    @pytest.mark.parametrize(
        "rules",
        [
            {"type": "object", **KEPT},
            {"type": "object", "additionalProperties": True},
        ],
    )
    def test_any(self, rules):
        """
        Anything is taken where anything may stand.
        """
        assert [] == judged(rules, {"a": {"b": 1}, "c": "x"})

    @pytest.mark.parametrize(
        "rules",
        [
            {"oneOf": [one_of("x"), one_of("y")]},
            {"not": one_of("x")},
        ],
    )
    def test_later(self, rules):
        """
        A value that is known only at deployment may turn out to fit one
        alternative alone, or not what is excluded.
        """
        of_spec = {"type": "array", "items": {**KEPT, **rules}}

        assert [] == judged(of_spec, [{"a": LATER, "b": [{}]}])

    def test_whole(self):
        """
        Fields beside ``spec`` are judged, too.
        """
        body = {**widget(), "spce": {}}

        assert [
            (
                "it has no field 'spce'; choose one of: 'apiVersion', 'kind', "
                "'metadata', 'spec' (nearest to 'spce': 'spec')"
            )
        ] == misfits(body, schema({"spec": schema({})}))

    def test_metadata(self):
        """
        A schema may limit names, but not what else an object is marked by.
        """
        limited = schema({"name": {"minLength": 2}})
        body = {**widget(), "metadata": {"name": "w", "labels": {"a": "b"}}}

        assert [
            "metadata.name must be text whose length is 2 or more (got 1)"
        ] == misfits(body, schema({"metadata": limited, "spec": schema({})}))
