"""The ways of writing an uncertain number, and the records they become.

A ``Number`` is one input: its distribution, domain and unit, and the dotted path that names it.
A ``PackageNumber`` depends on the package (and on shocks): a base and steps.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Literal

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import PydanticCustomError, core_schema

from accord._errors import ModelError
from accord.case.conditions import Condition, read_condition
from accord.case.expressions import Choice, atoms
from accord.theory import distributions as laws
from accord.theory.distributions import Distribution, Domain

__all__ = ["FORMS", "Number", "NumberField", "PackageNumber", "Step", "looks_like_number"]

FORMS = frozenset(
    {"from", "to", "p05", "p50", "p95", "uniform", "pert", "normal", "lognormal", "beta"}
    | {"discrete", "experts", "pool", "base", "steps", "weights", "value"}
)
SMALLEST_POSITIVE = 1e-13
_WANTED = (
    "a number, [low, mode, high], {from: A, to: B}, {p05: A, p50: B, p95: C}, "
    "{uniform: [A, B]} or another form of docs/case.md"
)


@dataclass(frozen=True, slots=True)
class Number:
    """One input of a case.

    Attributes
    ----------
    path : str
        Dotted path, the input's name; set when the case is assembled.
    distribution : Distribution
        What is believed about it.
    domain : str
        ``probability``, ``amount``, ``points`` or ``real``.
    unit : str
        Unit in words.
    written : object
        As the analyst wrote it, for documents.
    """

    path: str
    distribution: Distribution
    domain: Domain
    unit: str
    written: Any

    @property
    def central(self) -> float:
        """Median of a continuous input, most likely value of a discrete one."""
        return float(self.distribution.central())


@dataclass(frozen=True, slots=True)
class Step:
    """A change of a package number where a condition holds."""

    when: Condition
    operation: Literal["set", "add", "times"]
    number: Number


@dataclass(frozen=True, slots=True)
class PackageNumber:
    """A number that depends on the package, and on shocks.

    The first matching ``set`` replaces the base, then every matching ``times`` and ``add``
    applies in order. ``like`` refers to one that is defined in ``levels_meaning``.
    """

    base: Number
    steps: tuple[Step, ...] = ()
    like: str = ""

    @property
    def provisions(self) -> tuple[str, ...]:
        """Provisions on which it hangs, each once."""
        found = (atom for step in self.steps for atom in atoms(step.when.expression))
        return tuple(dict.fromkeys(a.provision for a in found if isinstance(a, Choice)))


def looks_like_number(raw: Any) -> bool:
    """Whether a mapping is one of the forms of a number (and so is replaced as a whole)."""
    if not isinstance(raw, Mapping):
        return False
    forms = set(raw) - {"because", "judgement"}
    return bool(forms) and forms <= FORMS


@dataclass(frozen=True, slots=True)
class NumberField:
    """Annotation of a field: its domain, unit, and whether it may depend on the package."""

    domain: Domain
    unit: str
    steps: bool = False
    least: float | None = None
    positive: bool = False

    @classmethod
    def of(
        cls,
        domain: str,
        unit: str,
        *,
        steps: bool = False,
        least: float | None = None,
        positive: bool = False,
    ) -> NumberField:
        """A field of the domain with that name; a positive one may not be nought itself."""
        return cls(Domain(domain), unit, steps, least, positive)

    def __get_pydantic_core_schema__(
        self, _source: Any, _handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Validate with this field's own reader."""
        return core_schema.no_info_plain_validator_function(
            self.package_number if self.steps else self.number
        )

    def __get_pydantic_json_schema__(
        self, _schema: core_schema.CoreSchema, _handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Name the shared definition of the number forms, for ``schema`` to refer to."""
        name = "PackageNumber" if self.steps else "Number"
        return {"x-number": name, "description": f"{self.domain}; unit: {self.unit}"}

    def number(self, raw: Any) -> Number:
        """Read one number of this field's domain."""
        if isinstance(raw, Number):
            return raw
        distribution = read_distribution(raw, self.domain)
        self._within(distribution)
        return Number("", distribution, self.domain, self.unit, raw)

    def package_number(self, raw: Any) -> PackageNumber:
        """Read a number that may have steps."""
        if isinstance(raw, PackageNumber):
            return raw
        if isinstance(raw, Mapping) and set(raw) == {"like"}:
            name = str(raw["like"]).removeprefix("levels_meaning.")
            nought = Number("", laws.Point(0.0), self.domain, self.unit, raw)
            return PackageNumber(nought, (), name)
        if not (isinstance(raw, Mapping) and ("base" in raw or "steps" in raw)):
            return PackageNumber(self.number(raw))
        if extra := sorted(set(raw) - {"base", "steps"}):
            raise _wrong(f"the key {extra[0]!r}", "base and steps only")
        if "base" not in raw:
            raise _wrong("steps without a base", "base: the number before any step")
        steps = raw.get("steps", [])
        if not isinstance(steps, list):
            raise _wrong("steps that are no list", "steps: [{when: CONDITION, add: NUMBER}, …]")
        base = replace(self.number(raw["base"]), path="base")
        return PackageNumber(base, tuple(self._step(step) for step in steps))

    def _step(self, raw: Any) -> Step:
        operations = [
            name for name in ("set", "add", "times") if isinstance(raw, Mapping) and name in raw
        ]
        if len(operations) != 1 or set(raw) != {"when", operations[0]}:
            raise _wrong(f"the step {raw!r}", "{when: CONDITION, set|add|times: NUMBER}")
        operation: Literal["set", "add", "times"] = operations[0]  # type: ignore[assignment]
        field = {
            "set": self,
            "add": NumberField.of("real", self.unit),
            "times": NumberField.of("amount", "factor"),
        }[operation]
        return Step(read_condition(raw["when"], "package"), operation, field.number(raw[operation]))

    def _within(self, distribution: Distribution) -> None:
        low, high = self.domain.bounds
        if self.least is not None:
            low = self.least
        if self.positive:
            low = SMALLEST_POSITIVE
        mass = float(distribution.mass_outside(low, high))
        if mass <= 1e-12:
            return
        bound = f"{low:g} to {high:g}" if high < float("inf") else f"at least {low:g}"
        if self.positive:
            bound = "above 0"
        if distribution.is_point:
            raise _wrong(
                f"{distribution.central():g}",
                f"{_article(self.domain)} {self.domain}, {bound}",
                self._hint(),
            )
        raise _wrong(
            f"a distribution with {mass:.2%} of its mass outside {bound}",
            f"{_article(self.domain)} {self.domain}, {bound}",
            "use a form that stays inside, such as {from: A, to: B} or [low, mode, high]",
        )

    def _hint(self) -> str:
        return "write 0.3 for 30 percent" if self.domain == "probability" else ""


def _article(domain: Domain) -> str:
    return "an" if domain == "amount" else "a"


def _wrong(found: str, wanted: str, hint: str = "") -> PydanticCustomError:
    return PydanticCustomError(
        "number", "{found}", {"found": found, "wanted": wanted, "hint": hint}
    )


def read_distribution(raw: Any, domain: Domain) -> Distribution:
    """The distribution behind any written form. Raises PydanticCustomError where it is unfit."""
    if isinstance(raw, bool) or raw is None or isinstance(raw, str):
        raise _wrong("nothing" if raw is None else repr(raw), _WANTED, _percent_hint(raw))
    try:
        if isinstance(raw, int | float):
            return laws.Point(float(raw))
        if isinstance(raw, list | tuple):
            return _triangular(_plain(raw, 3))
        if isinstance(raw, Mapping) and set(raw) == {"value"}:
            # a mapping around a bare number gives its because or judgement a place
            return read_distribution(raw["value"], domain)
        if isinstance(raw, Mapping):
            return _written_out(dict(raw), domain)
    except ModelError as error:
        raise _wrong(_short(raw), str(error)) from None
    raise _wrong(_short(raw), _WANTED)


def _percent_hint(raw: Any) -> str:
    return "write 0.3 for 30%" if isinstance(raw, str) and "%" in raw else ""


def _short(raw: Any) -> str:
    text = str(raw)
    return text if len(text) <= 80 else text[:77] + "…"


def _plain(raw: Any, count: int) -> list[float]:
    if not isinstance(raw, list | tuple) or len(raw) != count:
        raise _wrong(_short(raw), f"{count} numbers in brackets")
    for value in raw:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise _wrong(repr(value), "a plain number")
    return [float(value) for value in raw]


def _triangular(values: list[float]) -> Distribution:
    low, mode, high = values
    if not low <= mode <= high:
        raise _wrong(f"[{low:g}, {mode:g}, {high:g}]", "low ≤ mode ≤ high", "put them in order")
    return laws.Point(low) if low == high else laws.Triangular(low, mode, high)


def _written_out(raw: dict[str, Any], domain: Domain) -> Distribution:
    keys = set(raw)
    if keys == {"from", "to"}:
        low, high = _plain([raw["from"], raw["to"]], 2)
        return laws.interval90(low, high, domain)
    if keys == {"p05", "p50", "p95"}:
        return _metalog([raw["p05"], raw["p50"], raw["p95"]], domain)
    if keys >= {"experts"} and keys <= {"experts", "pool", "weights"}:
        return _pooled(raw, domain)
    if len(keys) == 1:
        key = next(iter(keys))
        if key == "discrete":
            return _discrete(raw[key])
        if key in _NAMED:
            return _NAMED[key](raw[key])
    raise _wrong(_short(raw), _WANTED)


def _metalog(raw: Any, domain: Domain) -> Distribution:
    low, middle, high = _plain(raw, 3)
    return laws.Metalog(low, middle, high, domain)


def _discrete(raw: Any) -> Distribution:
    if not isinstance(raw, Mapping) or not raw:
        raise _wrong(_short(raw), "{discrete: {VALUE: PROBABILITY, …}}")
    try:
        values = [float(value) for value in raw]
    except ValueError:
        raise _wrong(_short(list(raw)), "numbers as values") from None
    return laws.Discrete(tuple(values), tuple(_plain(list(raw.values()), len(values))))


def _pooled(raw: dict[str, Any], domain: Domain) -> Distribution:
    experts = raw["experts"]
    pool = raw.get("pool", "linear")
    if pool not in {"linear", "cooke"}:
        raise _wrong(f"pool: {pool}", "linear or cooke")
    if not isinstance(experts, Mapping) or not experts:
        raise _wrong(_short(experts), "experts: {NAME: [p05, p50, p95], …}")
    parts = tuple(_metalog(value, domain) for value in experts.values())
    weights = raw.get("weights")
    if pool == "cooke" and weights is None:
        raise _wrong("pool: cooke", "a panel block with the experts' calibration answers")
    shares = [1.0] * len(parts) if weights is None else [float(weights[name]) for name in experts]
    return laws.Mixture(parts, tuple(share / sum(shares) for share in shares))


def _uniform(raw: Any) -> Distribution:
    low, high = _plain(raw, 2)
    if not low < high:
        raise _wrong(f"uniform: [{low:g}, {high:g}]", "the low end first")
    return laws.Uniform(low, high)


def _pert(raw: Any) -> Distribution:
    low, mode, high = _plain(raw, 3)
    if not low <= mode <= high or low == high:
        raise _wrong(
            f"pert: [{low:g}, {mode:g}, {high:g}]", "low ≤ mode ≤ high", "put them in order"
        )
    return laws.Pert(low, mode, high)


_NAMED: dict[str, Callable[[Any], Distribution]] = {
    "uniform": _uniform,
    "pert": _pert,
    "normal": lambda raw: laws.Normal(*_plain(raw, 2)),
    "lognormal": lambda raw: laws.LogNormal.from_moments(*_plain(raw, 2)),
    "beta": lambda raw: laws.Beta(*_plain(raw, 2)),
}
