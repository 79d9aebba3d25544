"""Where the workbench can be reached."""

import socket

from accord.web.server import HOST, _bound


def test_answers_are_not_held_back_to_be_sent_together():
    with _bound(0) as bound:
        bound.listen()
        with socket.create_connection(bound.getsockname()):
            taken, _ = bound.accept()
            # by its protocol asyncio knows a socket that it may tell not to wait
            assert taken.proto == socket.IPPROTO_TCP
            taken.close()


def test_nobody_elses_machine_reaches_it():
    with _bound(0) as bound:
        assert bound.getsockname()[0] == HOST == "127.0.0.1"
