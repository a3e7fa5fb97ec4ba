"""An order's life as a picture: prices against time above, what was ahead of it and what it had open below.

Trades in its symbol are low to high over spans of equally many events, the order's own price a line while it was open,
its fills dots.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from admin.audit_tables import order_line
from admin.tables import NS_PER_S, utc

if TYPE_CHECKING:
    from persistence.audit import Row
    from persistence.explaining import Why

COLUMNS, ROWS = 72, 15
WIDTH, HEIGHT, LOWER, MARGIN = 840, 300, 90, 80
TOP, GAP = 54, 46  # above the prices, and between them and the quantities
LINES, TICKS = 5, 6  # of the prices' grid, and of the clock
BAR = " ▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Point:
    """Something at a time: a price range, or two quantities."""

    time_ns: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that is drawn, in prices and quantities; `line` is the order's price from each time on, `phases` those of its
    symbol likewise, and `decimals` those of its prices.
    """

    title: str
    begin_ns: int
    end_ns: int
    trades: list[Point]
    line: list[Point]
    fills: list[Point]
    ahead: list[Point]
    left: list[Point]
    phases: list[tuple[int, str]]
    decimals: int

    def share(self, time_ns: int) -> float:
        """Where a time lies between begin and end, 0 to 1."""
        return min(max((time_ns - self.begin_ns) / max(self.end_ns - self.begin_ns, 1), 0.0), 1.0)

    @property
    def prices(self) -> tuple[float, float]:
        """Lowest and highest price drawn."""
        known = [price for point in self.trades + self.line + self.fills for price in (point.low, point.high)]
        low, high = (min(known), max(known)) if known else (0.0, 1.0)
        return (low, high) if high > low else (low - 1, high + 1)


def drawing(found: Why, trades: Sequence[Row]) -> Drawing:
    """What to draw of an order and the trades around it."""
    events = [row for row in found.events if row["event"] != "request rejected"]
    spans = [Point(int(str(row["time_ns"])), float(str(row["low"])), float(str(row["high"]))) for row in trades]
    ends = [stay.until_ns for stay in found.stays] + [events[-1]["time_ns"]]
    priced = [(row["time_ns"], float(row["price"]), float(row["leaves"] or 0)) for row in events if row["price"]]
    fills = [
        Point(row["time_ns"], float(row["last_price"]), float(row["last_quantity"] or 0))
        for row in events
        if row["last_price"]
    ]
    ahead = []
    for stay in found.stays:
        ahead.append(Point(stay.since_ns, 0, float(stay.ahead)))
        ahead += [Point(int(str(step["time_ns"])), 0, float(str(step["ahead"]))) for step in stay.steps]
        ahead.append(Point(stay.until_ns, 0, 0))
    return Drawing(
        f"order {next((row['order_id'] for row in events if row['order_id']), '')}: {order_line(events)}",
        events[0]["time_ns"],
        max(ends),
        spans,
        [Point(time_ns, price, price) for time_ns, price, _ in priced],
        [Point(fill.time_ns, fill.low, fill.low) for fill in fills],
        ahead,
        [Point(time_ns, 0, leaves) for time_ns, _, leaves in priced],
        [(int(str(row["time_ns"])), str(row["phase"])) for stay in found.stays for row in stay.phases],
        max((len(str(row["price"]).partition(".")[2]) for row in events if row["price"]), default=0),
    )


def as_text(found: Why, trades: Sequence[Row]) -> str:
    """The picture in characters: │ trades, ─ the order's price, ● its fills; below, what was ahead of it and open."""
    drawn = drawing(found, trades)
    low, high = drawn.prices
    grid = [[" "] * COLUMNS for _ in range(ROWS)]

    def row_of(price: float) -> int:
        return round((high - price) / (high - low) * (ROWS - 1))

    for at, point in enumerate(drawn.line):
        until = drawn.line[at + 1].time_ns if at + 1 < len(drawn.line) else drawn.end_ns
        for column in range(_column(drawn, point.time_ns), _column(drawn, until) + 1):
            grid[row_of(point.low)][column] = "─"
    for point in drawn.trades:
        for row in range(row_of(point.high), row_of(point.low) + 1):
            grid[row][_column(drawn, point.time_ns)] = "┼" if grid[row][_column(drawn, point.time_ns)] == "─" else "│"
    for point in drawn.fills:
        grid[row_of(point.low)][_column(drawn, point.time_ns)] = "●"
    lines = [drawn.title, ""]
    for row, cells in enumerate(grid):
        price = f"{high - (high - low) * row / (ROWS - 1):.{drawn.decimals}f}" if row % 7 == 0 else ""
        lines.append(f"{price:>10} {''.join(cells)}".rstrip())
    lines += [f"{'ahead':>10} {_bars(drawn, drawn.ahead)}", f"{'open':>10} {_bars(drawn, drawn.left)}"]
    lines.append(f"{'':10} {utc(drawn.begin_ns)} to {utc(drawn.end_ns)}")
    return "\n".join(lines) + "\n"


def _column(drawn: Drawing, time_ns: int) -> int:
    return round(drawn.share(time_ns) * (COLUMNS - 1))


def _bars(drawn: Drawing, points: Sequence[Point]) -> str:
    """A quantity over time as a row of bars, and its greatest value."""
    top = max((point.high for point in points), default=0.0)
    cells, value, at = [], 0.0, 0
    for column in range(COLUMNS):
        while at < len(points) and _column(drawn, points[at].time_ns) <= column:
            value = points[at].high
            at += 1
        cells.append(BAR[round(value / top * (len(BAR) - 1))] if top else " ")
    return f"{''.join(cells)} {top:g}"


def as_svg(found: Why, trades: Sequence[Row]) -> str:
    """The picture as an SVG document."""
    drawn = drawing(found, trades)
    low, high = drawn.prices

    def x(time_ns: int) -> str:
        return f"{MARGIN + drawn.share(time_ns) * WIDTH:.1f}"

    def y(price: float) -> str:
        return f"{TOP + (high - price) / (high - low) * HEIGHT:.1f}"

    parts = [*_shades(drawn, x), *_grid(drawn, x, y)]
    parts += [
        f'<path d="M{x(point.time_ns)} {float(y(point.high)) - 1:.1f}V{float(y(point.low)) + 1:.1f}" class="trade"/>'
        for point in drawn.trades
    ]
    parts.append(f'<path d="{_steps(drawn, drawn.line, x, y)}" class="line"/>')
    parts += [f'<circle cx="{x(point.time_ns)}" cy="{y(point.low)}" r="4"/>' for point in drawn.fills]
    for points, name in ((drawn.ahead, "ahead"), (drawn.left, "left")):
        top = max((point.high for point in points), default=0.0) or 1.0
        base = TOP + HEIGHT + GAP + LOWER

        def scaled(value: float, top: float = top, base: int = base) -> str:
            return f"{base - value / top * LOWER:.1f}"

        highs = [Point(point.time_ns, point.high, point.high) for point in points]
        parts.append(f'<path d="{_steps(drawn, highs, x, scaled)}" class="{name}"/>')
    return SVG.format(title=escape(drawn.title), parts="\n".join([*parts, *_legend(drawn)]))


def _shades(drawn: Drawing, x: Callable[[int], str]) -> Iterator[str]:
    """The times at which the symbol was not in trading."""
    height = HEIGHT + GAP + LOWER
    for at, (since_ns, phase) in enumerate(drawn.phases):
        if phase != "trading":
            until = x(drawn.phases[at + 1][0] if at + 1 < len(drawn.phases) else drawn.end_ns)
            width = max(float(until) - float(x(since_ns)), 1.0)
            yield f'<rect x="{x(since_ns)}" y="{TOP}" width="{width:.1f}" height="{height}" class="shade"/>'
            name, left = phase.replace("_", " "), float(x(since_ns)) + 4
            yield f'<text x="{left:.1f}" y="{TOP + 14}" class="small">{name}</text>'


def _grid(drawn: Drawing, x: Callable[[int], str], y: Callable[[float], str]) -> Iterator[str]:
    """Lines at some prices, and the clock below."""
    low, high = drawn.prices
    for at in range(LINES):
        price = round(low + (high - low) * at / (LINES - 1), drawn.decimals)
        yield f'<path d="M{MARGIN} {y(price)}h{WIDTH}" class="grid"/>'
        yield f'<text x="{MARGIN - 8}" y="{float(y(price)) + 4:.1f}" class="end">{price:.{drawn.decimals}f}</text>'
    bottom = TOP + HEIGHT + GAP + LOWER
    yield f'<path d="M{MARGIN} {bottom}h{WIDTH}" class="grid"/>'
    short = drawn.end_ns - drawn.begin_ns < TICKS * NS_PER_S
    for at in range(TICKS):
        time_ns = drawn.begin_ns + (drawn.end_ns - drawn.begin_ns) * at // (TICKS - 1)
        clock = utc(time_ns)[11 : 26 if short else 19]
        yield f'<text x="{x(time_ns)}" y="{bottom + 18}" class="middle small">{clock}</text>'
    yield f'<text x="{MARGIN + WIDTH}" y="{bottom + 36}" class="end small">{utc(drawn.begin_ns)[:10]} UTC</text>'


def _legend(drawn: Drawing) -> Iterator[str]:
    """What each line is, and how high the lower two go."""
    ahead, left = (max((point.high for point in points), default=0.0) for points in (drawn.ahead, drawn.left))
    above = (("trade", "trades in the symbol, low to high"), ("line", "its price"), ("fill", "its fills"))
    below = (("ahead", f"shown ahead of it, up to {ahead:g}"), ("left", f"open of it, up to {left:g}"))
    for top, entries in ((TOP - 14, above), (TOP + HEIGHT + GAP - 12, below)):
        for at, (name, text) in enumerate(entries):
            left_px = MARGIN + at * 250
            mark = f'<circle cx="{left_px + 8}" cy="{top - 4}" r="4"/>' if name == "fill" else ""
            yield mark or f'<path d="M{left_px} {top - 4}h16" class="{name}"/>'
            yield f'<text x="{left_px + 22}" y="{top}" class="small">{text}</text>'


def _steps(drawn: Drawing, points: Sequence[Point], x: Callable[[int], str], y: Callable[[float], str]) -> str:
    """A line that keeps each value until the next."""
    if not points:
        return ""
    path = [f"M{x(points[0].time_ns)} {y(points[0].low)}"]
    path += [f"H{x(point.time_ns)}V{y(point.low)}" for point in points[1:]]
    return "".join(path) + f"H{x(drawn.end_ns)}"


SVG = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 540" font-family="sans-serif" font-size="13">
<style>path{{fill:none}}.trade{{stroke:#9ab;stroke-width:2}}.line{{stroke:#06c;stroke-width:2}}.ahead{{stroke:#c50;stroke-width:1.5}}
.left{{stroke:#06c;stroke-width:1.5}}.grid{{stroke:#e4e8ec}}.shade{{fill:#fbe3b8}}.small{{font-size:11px;fill:#445}}
.end{{text-anchor:end}}.middle{{text-anchor:middle}}circle{{fill:#06c}}</style>
<rect width="960" height="540" fill="#fff"/>
<text x="80" y="20" font-weight="bold">{title}</text>
{parts}
</svg>
"""
