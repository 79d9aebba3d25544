"""Sixty-four worlds side by side, compiled: which of them fall short, as the bits of a word.

A processor compares many worlds at once and gathers their signs in an instruction or two, which
numba has no name for; so the vectors are written out for it. Rows of 64 lie one after another in
contiguous arrays of any number of axes and any whole type, and are named by the place of their
first world in the array as it lies in memory. Nothing checks those places. A slice would do the
same at the cost of counting who holds the array, over which threads stand in each other's way.

Imported where it is used, as numba loads slowly.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils
from numba.extending import intrinsic

__all__ = [
    "any_difference_below",
    "any_sum_below",
    "at_least",
    "below",
    "write_difference",
    "write_floored_difference",
    "write_moved",
]

LANES = 64
HALF = 32

_WORD = numba.types.uint64
_PLACE = numba.types.intp


def _rows(context: Any, builder: Any, kind: Any, array: Any) -> tuple[Any, Any]:
    """Where an array lies, and the type of 64 of its entries."""
    data = context.make_array(kind)(context, builder, array).data
    return data, ir.VectorType(context.get_data_type(kind.dtype), LANES)


def _load(builder: Any, data: Any, vector: Any, place: Any) -> Any:
    at = builder.bitcast(builder.gep(data, [place]), vector.as_pointer())
    return builder.load(at, align=vector.element.width // 8)


def _store(builder: Any, data: Any, vector: Any, place: Any, values: Any) -> None:
    at = builder.bitcast(builder.gep(data, [place]), vector.as_pointer())
    builder.store(values, at, align=vector.element.width // 8)


def _word(builder: Any, compared: Callable[[Any], Any]) -> Any:
    """Sixty-four flags as a word: each half by the instruction that there is for one."""
    word = ir.Constant(ir.IntType(LANES), 0)
    for half in range(LANES // HALF):
        lanes = range(HALF * half, HALF * (half + 1))
        mask = ir.Constant(ir.VectorType(ir.IntType(32), HALF), list(lanes))
        flags = builder.bitcast(compared(mask), ir.IntType(HALF))
        wide = builder.zext(flags, ir.IntType(LANES))
        word = builder.or_(word, builder.shl(wide, ir.Constant(ir.IntType(LANES), HALF * half)))
    return word


def _signs(builder: Any, values: Any) -> Any:
    """Which of 64 values are below nought."""

    def compared(mask: Any) -> Any:
        part = builder.shuffle_vector(values, values, mask)
        return builder.icmp_signed("<", part, ir.Constant(part.type, None))

    return _word(builder, compared)


def _generate_below(_typing: Any, values: Any, _at: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        data, vector = _rows(context, builder, signature.args[0], arguments[0])
        return _signs(builder, _load(builder, data, vector, arguments[1]))

    return _WORD(values, _PLACE), generate


def _generate_at_least(_typing: Any, have: Any, _at: Any, need: Any, _need_at: Any) -> Any:
    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        rows = []
        for k in (0, 2):
            data, vector = _rows(context, builder, signature.args[k], arguments[k])
            rows.append(_load(builder, data, vector, arguments[k + 1]))
        signed = signature.args[0].dtype.signed
        compare = builder.icmp_signed if signed else builder.icmp_unsigned

        def compared(mask: Any) -> Any:
            return compare(">=", *(builder.shuffle_vector(row, row, mask) for row in rows))

        return _word(builder, compared)

    return _WORD(have, _PLACE, need, _PLACE), generate


def _generate_any(combine: str) -> Callable[..., Any]:
    """Which of 64 worlds have, in any of some rows, a sum or a difference below nought."""

    def typed(
        _typing: Any, first: Any, _first_at: Any, second: Any, _second_at: Any, _count: Any
    ) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            one, vector = _rows(context, builder, signature.args[0], arguments[0])
            other, _ = _rows(context, builder, signature.args[2], arguments[2])
            seen = cgutils.alloca_once(builder, vector)  # type: ignore[no-untyped-call]
            builder.store(ir.Constant(vector, None), seen)
            with cgutils.for_range(builder, arguments[4]) as loop:
                step = builder.mul(loop.index, ir.Constant(loop.index.type, LANES))
                rows = [
                    _load(builder, data, vector, builder.add(arguments[k], step))
                    for data, k in ((one, 1), (other, 3))
                ]
                found = getattr(builder, combine)(*rows)
                # the sign of an "or" is below nought where one of them is
                builder.store(builder.or_(builder.load(seen), found), seen)
            return _signs(builder, builder.load(seen))

        return _WORD(first, _PLACE, second, _PLACE, _PLACE), generate

    return typed


def _generate_written(rows: int, result: Callable[[Any, list[Any]], Any]) -> Callable[..., Any]:
    """Write what comes of some rows of 64, over and over, into an array of the same type."""

    def written(kinds: Sequence[Any]) -> Any:
        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            places = range(0, 2 * rows + 2, 2)
            data = [_rows(context, builder, signature.args[k], arguments[k])[0] for k in places]
            _, vector = _rows(context, builder, signature.args[0], arguments[0])
            with cgutils.for_range(builder, arguments[-1]) as loop:
                step = builder.mul(loop.index, ir.Constant(loop.index.type, LANES))
                at = [builder.add(arguments[k + 1], step) for k in places]
                loaded = [
                    _load(builder, part, vector, place)
                    for part, place in zip(data[1:], at[1:], strict=True)
                ]
                _store(builder, data[0], vector, at[0], result(builder, loaded))
            return context.get_dummy_value()

        places = [kind for array in kinds for kind in (array, _PLACE)]
        return numba.types.void(*places, _PLACE), generate

    return written


def _difference(builder: Any, rows: list[Any]) -> Any:
    return builder.sub(*rows)


def _floored_difference(builder: Any, rows: list[Any]) -> Any:
    floor = ir.Constant(rows[0].type, [-1] * LANES)
    above = builder.icmp_signed(">", rows[0], floor)
    return builder.sub(builder.select(above, rows[0], floor), rows[1])


def _moved(builder: Any, rows: list[Any]) -> Any:
    return builder.add(rows[0], builder.sub(rows[1], rows[2]))


_written_difference = _generate_written(2, _difference)
_written_floored = _generate_written(2, _floored_difference)
_written_moved = _generate_written(3, _moved)


def _generate_difference(
    _typing: Any, out: Any, _out_at: Any, first: Any, _first_at: Any, second: Any, _second_at: Any,
    _count: Any,
) -> Any:  # fmt: skip
    return _written_difference([out, first, second])


def _generate_floored(
    _typing: Any, out: Any, _out_at: Any, first: Any, _first_at: Any, second: Any, _second_at: Any,
    _count: Any,
) -> Any:  # fmt: skip
    return _written_floored([out, first, second])


def _generate_moved(
    _typing: Any, out: Any, _out_at: Any, start: Any, _start_at: Any, more: Any, _more_at: Any,
    less: Any, _less_at: Any, _count: Any,
) -> Any:  # fmt: skip
    return _written_moved([out, start, more, less])


below: Any = intrinsic(_generate_below)
"""``below(values, at)``: worlds whose value is below nought."""

at_least: Any = intrinsic(_generate_at_least)
"""``at_least(have, have_at, need, need_at)``, of one type: worlds that have what they need."""

any_sum_below: Any = intrinsic(_generate_any("add"))
"""``any_sum_below(first, first_at, second, second_at, count)``, of one type: worlds in which the
sum of any of so many rows of 64, one after another in both, is below nought."""

any_difference_below: Any = intrinsic(_generate_any("sub"))
"""The same of first less second."""

write_difference: Any = intrinsic(_generate_difference)
"""``write_difference(out, out_at, first, first_at, second, second_at, count)``, of one type: first
less second, for so many rows of 64."""

write_floored_difference: Any = intrinsic(_generate_floored)
"""The same where first counts as −1 if it is less."""

write_moved: Any = intrinsic(_generate_moved)
"""``write_moved(out, out_at, start, start_at, more, more_at, less, less_at, count)``, of one type:
start and more, less the last."""
