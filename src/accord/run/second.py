"""The second process of an assessment: a question on standard input, arrays on standard output."""

from __future__ import annotations

import sys

from accord.run.halves import answer

if __name__ == "__main__":
    try:
        sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))
    except KeyboardInterrupt:
        # the first process says what there is to say
        sys.exit(130)
