"""One world of a case as plain data: its numbers by their paths, its luck by names of columns.

Of accord only the drawn inputs are used: ``worlds.value`` of a number by its path and the uniforms
of a column by its name. How numbers depend on the package follows ``docs/case.md``.
"""

from accord.case.case import numbers_in
from oracles import conditions

SHORT_FORMS = ("", ".points", ".amount", ".at_most")  # fields that a bare number stands for

DAYS = {"day": 1.0, "week": 7.0, "month": 365.25 / 12, "year": 365.25}


def days(text):
    """A length of time in days."""
    number, unit = text.split()
    return float(number) * DAYS[unit.removesuffix("s")]


def block(data, name):
    """A block of a case without its support."""
    return {key: value for key, value in data.get(name, {}).items() if key != "judgement"}


def named(case):
    """Every number of a loaded case by its path."""
    return {number.path: number for number in numbers_in(case.file)}


class World:
    """One world of a case: ``data`` as written, ``worlds`` drawn, ``at`` its number.

    ``names`` are what :func:`named` gives for the loaded case.
    """

    def __init__(self, data, worlds, at, names):
        self.data, self.worlds, self.at, self.names = data, worlds, at, names
        self.provisions = data["provisions"]
        self.shocks = {
            name: float(worlds.uniform(f"shocks.{name}")[at])
            < self.number(f"shocks.{name}.probability")
            for name in block(data, "shocks")
        }
        self.pledges = [  # in the order declared: owner, name, record
            (owner, name, pledge)
            for owner, pools in block(data, "pledges").items()
            for name, pledge in pools.items()
        ]
        self.coin = self.luck("coordination") < self.number("coordination")

    def input(self, path):
        """The number at a path, which may be the short form of a mapping."""
        return next(self.names[path + more] for more in SHORT_FORMS if path + more in self.names)

    def number(self, path):
        return float(self.worlds.value(self.input(path))[self.at])

    def luck(self, name):
        return float(self.worlds.chance(name)[self.at])

    def chosen(self, package):
        record = self.data["packages"][package]
        below = self.chosen(record["base"]) if "base" in record else {}
        return {**below, **record["choose"]}

    def holds(self, text, chosen, **more):
        """Truth of a condition; ``more`` maps other kinds of atoms to functions."""

        def truth(atom):
            if atom[0] == "choice":
                return conditions.choice_holds(atom, self.provisions, chosen)
            if atom[0] == "shock":
                return self.shocks[atom[1]]
            return more[atom[0]](atom)

        return conditions.holds(conditions.read(text), truth)

    def stepped(self, path, raw, chosen):
        """A number that may depend on the package: set, then every times and add in order."""
        if isinstance(raw, dict) and set(raw) == {"like"}:
            name = raw["like"]
            return self.stepped(name, self.data["levels_meaning"][name.split(".")[1]], chosen)
        if not (isinstance(raw, dict) and "base" in raw):
            return self.number(path)
        result, replaced = self.number(f"{path}.base"), False
        rest = []
        for i, step in enumerate(raw.get("steps", [])):
            kind = next(k for k in ("set", "times", "add") if k in step)
            if not self.holds(step["when"], chosen):
                continue
            if kind != "set":
                rest.append((kind, f"{path}.steps.{i}.{kind}"))
            elif not replaced:
                result, replaced = self.number(f"{path}.steps.{i}.set"), True
        for kind, where in rest:
            result = result * self.number(where) if kind == "times" else result + self.number(where)
        return result
