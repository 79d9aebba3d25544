"""Sixty-four worlds side by side, compiled: which of them fall short, as the bits of a word.

A processor compares many worlds at once and gathers their signs in an instruction or two, which
numba has no name for; so the vectors are written out for it. Rows of 64 lie one after another in
contiguous arrays of any number of axes and any whole type, and are named by the place of their
first world in the array as it lies in memory. Nothing checks those places.

Imported where it is used, as numba loads slowly.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
from llvmlite import ir
from numba.core import cgutils
from numba.extending import intrinsic

__all__ = ["any_difference_below", "any_sum_below", "at_least", "below"]

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


below: Any = intrinsic(_generate_below)
"""``below(values, at)``: worlds whose value is below nought."""

at_least: Any = intrinsic(_generate_at_least)
"""``at_least(have, have_at, need, need_at)``, of one type: worlds that have what they need."""

any_sum_below: Any = intrinsic(_generate_any("add"))
"""``any_sum_below(first, first_at, second, second_at, count)``, of one type: worlds in which the
sum of any of so many rows of 64, one after another in both, is below nought."""

any_difference_below: Any = intrinsic(_generate_any("sub"))
"""The same of first less second."""
