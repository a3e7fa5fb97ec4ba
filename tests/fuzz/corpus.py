"""Valid messages of every kind a client may send, as fields to be mutated: MsgType(35) and body."""

from __future__ import annotations

Field = tuple[bytes, bytes]
Sample = tuple[bytes, tuple[Field, ...]]


def _fields(text: str) -> tuple[Field, ...]:
    parts = (part.partition("=") for part in text.split("|") if part)
    return tuple((tag.encode(), value.replace("^", "\x01").encode("latin-1")) for tag, _, value in parts)


def _sample(text: str) -> Sample:
    msg_type, _, body = text.partition(" ")
    return msg_type.encode(), _fields(body)


ORDER = "21=1|55=AAPL|54=1|60=20231114-22:13:20.000|38=100"
TIMES = "60=20231114-22:13:20"
SESSION = tuple(
    _sample(text)
    for text in (
        "0 ",
        "0 112=answer",
        "1 112=question",
        "2 7=1|16=0",
        "2 7=3|16=9",
        "3 45=1|58=no|371=40|372=D|373=5",
        "4 123=Y|36=%d",
        "4 36=%d",
        "5 58=bye",
        "A 98=0|108=30",
        "A 98=0|108=30|141=Y",
        "A 98=0|108=30|95=4|96=a^=b|383=4096|384=2|372=D|385=R|372=8|385=S|553=me|554=secret",
    )
)
APPLICATION = tuple(
    _sample(text)
    for text in (
        f"D 11=%s|{ORDER}|40=2|44=150.05|59=0",
        f"D 11=%s|{ORDER}|40=1|59=3",
        f"D 11=%s|{ORDER}|40=2|44=149.90|59=4|1=ACCOUNT|58=text|354=3|355=a^b",
        f"D 11=%s|{ORDER}|40=4|44=151.00|99=150.50|59=0",
        f"D 11=%s|{ORDER}|40=3|99=150.50|59=0",
        f"D 11=%s|{ORDER}|40=2|44=150.00|111=10|110=50|18=6|59=6|432=20991231",
        f"D 11=%s|453=2|448=P1|447=D|452=1|802=1|523=S|803=2|448=P2|447=D|452=3|{ORDER}|40=2|44=150.00",
        f"D 11=%s|78=2|79=A|80=50|79=B|80=50|386=1|336=S|{ORDER}|40=2|44=150.00|232=1|233=X|234=Y",
        f"F 11=%s|41=%s|55=AAPL|54=1|{TIMES}|38=100",
        f"F 11=%s|41=%s|37=1|55=AAPL|54=2|{TIMES}|38=1",
        f"G 11=%s|41=%s|{ORDER}|40=2|44=150.10",
        "H 11=%s|55=AAPL|54=1",
        "H 37=1|11=%s|55=AAPL|54=1|790=ask",
        "AF 584=all|585=7",
        "AF 584=some|585=1|55=AAPL",
        f"q 11=%s|530=7|{TIMES}",
        f"q 11=%s|530=1|55=AAPL|{TIMES}",
        "V 262=r|263=1|264=0|265=1|267=2|269=0|269=1|146=2|55=AAPL|55=MSFT",
        "e 324=s|55=AAPL|263=0",
        "g 335=t|263=0",
        "x 320=l|559=4",
        "c 320=d|321=3",
        "8 37=1|17=1|150=0|39=0|55=AAPL|54=1|151=0|14=0|6=0",
        "9 37=1|11=a|41=b|39=0|434=1",
        "j 372=D|380=3",
        "B 148=News|33=1|58=line",
        "E 66=l|394=1|68=1|73=1|11=x|67=1|55=AAPL|54=1|38=1|40=1",
        "s 548=c|549=1|550=1|552=1|54=1|11=x|38=1|55=AAPL|40=2|44=1",
        "U1 5001=custom|10001=x",
    )
)
TAGS = tuple(b"%d" % tag for tag in (*range(1, 130), *range(140, 600, 7), 957, 999, 5000, 65_535, 99_999, 2**31))
VALUES = (
    b"",
    b"0",
    b"-1",
    b"1",
    b"00000000000000000001",
    b"1e9",
    b"NaN",
    b"+5",
    b"0.0000000000000000001",
    b"9" * 18,
    b"9" * 19,
    b"9223372036854775807",
    b"9223372036854775808",
    b"-9223372036854775808",
    b"1" * 400,
    b"x" * 3_000,
    b"2147483648",
    b"4294967296",
    b"Y",
    b"N",
    b"y",
    b" ",
    b"A A A",
    b"\x00",
    b"\xff\xfe",
    b"\xe2\x82\xac",
    b"=",
    b"35=D",
    b"20231114-22:13:20",
    b"20231114-22:13:60",
    b"20240230-00:00:00",
    b"00000000-00:00:00",
    b"99991231-23:59:59.999",
    b"20231114-22:13:20.123456789",
    b"AAPL",
    b"OUTCRY",
    b"CLIENT",
)
"""Tags and values that have made FIX engines fall before."""
