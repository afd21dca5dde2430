"""What somebody may put into a field, and what else may be wrong with a form: every kind of issue 10."""

from urllib.parse import quote, quote_from_bytes

MEGABYTE = "x" * 1_000_000
DIGITS = "9" * 5_000
# By kind of fault. A lone surrogate stands as the bytes that a browser would not send.
VALUES = {
    "nul": "a\0b", "nul alone": "\0", "surrogate": "a\ud800b", "no utf-8": b"\xff\xfe\xe9",
    "megabyte": MEGABYTE, "nan": "NaN", "infinity": "inf", "huge": "1e400", "digits": DIGITS,
    "minus": "-1", "beyond 32 bits": "2147483648", "beyond 64 bits": "9223372036854775808",
    "square": "²", "arabic": "٣", "not whole": "1.5", "comma": "1,5",
    "year 1": "0001-01-01", "year 26": "0026-03-02", "year 9999": "9999-12-31",
    "no such day": "2026-02-30", "instant 1": "0001-01-01T00:00", "instant 9999": "9999-12-31T23:59",
    "midnight": "24:00", "no time": "99:99", "zero width": "\u200b", "wrong way": "\u202eabc",
    "emoji": "😀" * 300, "lines": "a\r\nBcc: all@mail.example", "quotes": "'\"<script>alert(1)</script>",
    "format": "%s%n{0}{{ 7|add:7 }}", "path": "../../etc/passwd", "blank": " ", "empty": "",
    "null": "null", "list": "[1,2]", "zone": "Mars/Olympus", "slot": "0001-01-01T00:00|1|1",
    "next": "//evil.example/", "long number": "1" * 400, "negative day": "-0001-01-01",
    "no address": "a@b@c", "open quote": '"', "backslash": "\\u0000", "thousand": "1000",
    "deep": "[" * 100_000, "no shape": '{"id": 1, "response": [], "type": null}', "year 1990": "1990-05-01",
}  # fmt: skip
SHAPES = ("missing", "doubled", "array", "ten thousand", "nothing at all", "too large")
# How a body may be wrong as a whole: its content type, and what comes with it.
BODIES = {
    "json": ("application/json", b'{"a": [1, null]}'),
    "no boundary": ("multipart/form-data", b"--x\r\n"),
    "half a part": ("multipart/form-data; boundary=x", b'--x\r\nContent-Disposition: form-data; name="a"'),
    "no name": ("multipart/form-data; boundary=x", b"--x\r\nContent-Disposition: form-data\r\n\r\na\r\n--x--\r\n"),
    "base64": (
        "multipart/form-data; boundary=x",
        b'--x\r\nContent-Disposition: form-data; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n\r\n!\r\n--x--\r\n',
    ),
    "urlencoded as utf-7": ("application/x-www-form-urlencoded; charset=utf-7", b"{name}=+AAA-"),
    "semicolons": ("application/x-www-form-urlencoded", b"{name};{name}=%zz&=&&==%00"),
}  # fmt: skip
METHODS = ("put", "patch", "delete", "options", "head", "trace")
HEADERS = {
    "language": {"Accept-Language": "x" * 5_000},
    "htmx": {"HX-Request": "true", "HX-Current-URL": "%00\\", "HX-Target": "<"},
    "referer": {"Referer": "javascript:alert(1)"},
    "cookie": {"Cookie": "sessionid=%00; messages=x; csrftoken=\\"},
    "modified": {"If-Modified-Since": "0001", "If-None-Match": "*"},
}


def encoded(fields):
    """As application/x-www-form-urlencoded, whatever the values hold."""
    return "&".join(f"{quote(name)}={_percent(value)}" for name, value in fields).encode()


def _percent(value):
    raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
    return quote_from_bytes(raw, safe="")


def multipart(fields):
    """As multipart/form-data: the content type and the body. A file is (name, bytes)."""
    parts = []
    for name, value in fields:
        head = f'Content-Disposition: form-data; name="{name}"'
        if isinstance(value, tuple):
            head += f'; filename="{value[0]}"\r\nContent-Type: text/csv'
            value = value[1]
        raw = value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")
        parts.append(b"--x\r\n" + head.encode("utf-8", "surrogatepass") + b"\r\n\r\n" + raw)
    return "multipart/form-data; boundary=x", b"\r\n".join([*parts, b"--x--\r\n"])
