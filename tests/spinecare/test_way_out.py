"""The one way out of the containers leads to the mail relay, and nowhere else."""

import asyncio

import pytest

from spinecare.way_out import Way, open_way, parsed


def test_a_way_is_a_port_and_one_place():
    assert parsed(["587=smtp.example:587"]) == [Way(587, "smtp.example", 587)]
    with pytest.raises(ValueError, match="unpack"):
        parsed(["smtp.example"])


async def a_relay():
    async def answer(heard, said):
        said.write(b"250 " + await heard.readline())
        said.close()

    return await asyncio.start_server(answer, "127.0.0.1", 0)


def port_of(server):
    return server.sockets[0].getsockname()[1]


async def way_to(port):
    return await open_way(Way(0, "127.0.0.1", port), "127.0.0.1")


async def asked(port, words):
    heard, said = await asyncio.open_connection("127.0.0.1", port)
    said.write(words)
    answer = await heard.read()
    said.close()
    return answer


def test_what_is_said_reaches_the_relay_and_its_answer_comes_back():
    async def story():
        async with await a_relay() as relay, await way_to(port_of(relay)) as way:
            return await asked(port_of(way), b"EHLO us\r\n")

    assert asyncio.run(story()) == b"250 EHLO us\r\n"


def test_whatever_is_asked_for_it_leads_nowhere_else():
    """Nor does it hang where the relay is away."""

    async def story():
        async with await a_relay() as relay:
            gone = port_of(relay)
        async with await way_to(gone) as way:
            return await asked(port_of(way), b"CONNECT evil.example:443 HTTP/1.1\r\n\r\n")

    assert asyncio.run(story()) == b""
