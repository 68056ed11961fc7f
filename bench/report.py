"""Tables of figures, as text or as Markdown, each figure with the bar that it has to reach."""

from collections.abc import Sequence

from msgspec import Struct

from bench.bars import Bar

NAME_WIDTH, CELL_WIDTH = 36, 13


class Cell(Struct, frozen=True):
    text: str
    bar: str = ""
    held: bool = True


def figure(value: float, shape: str, bar: Bar | None = None) -> Cell:
    """`shape` as in a format string: `,.0f`, `.0%`."""
    text = f"{value:{shape}}"
    return Cell(text) if bar is None else Cell(text, bar.told(shape), bar.holds(value))


class Report:
    """Prints as it goes. `missed` are the figures that stayed behind their bars, `held` how many did not."""

    def __init__(self, markdown: bool) -> None:
        self._markdown = markdown
        self.missed: list[str] = []
        self.held = 0
        self._title, self._columns = "", tuple[str, ...]()

    def head(self, title: str, *columns: str) -> None:
        self._title, self._columns = title, columns
        print(f"\n### {title}\n" if self._markdown else f"\n## {title}\n")
        self._line("", columns)
        if self._markdown:
            print(f"|---|{'---:|' * len(columns)}", flush=True)

    def row(self, name: str, *cells: Cell) -> None:
        """Under it the bars, where there are any."""
        self._line(name, [self._shown(cell) for cell in cells])
        if any(cell.bar for cell in cells):
            self._line("*its bar*" if self._markdown else "  its bar", [cell.bar for cell in cells])
        for column, cell in zip(self._columns, cells, strict=False):
            if not cell.held:
                self.missed.append(f"{self._title}: {name}: {column} {cell.text}, bar {cell.bar}")
            elif cell.bar:
                self.held += 1

    def note(self, text: str) -> None:
        print(f"\n{text}", flush=True)

    def end(self) -> None:
        self.note(f"{self.held} bars held, {len(self.missed)} missed")
        for text in self.missed:
            print(f"* {text}", flush=True)

    def _shown(self, cell: Cell) -> str:
        if cell.held:
            return cell.text
        return f"**{cell.text}**" if self._markdown else f"! {cell.text}"

    def _line(self, name: str, cells: Sequence[str]) -> None:
        if self._markdown:
            print(f"| {' | '.join([name, *cells])} |", flush=True)
        else:
            print(f"{name:{NAME_WIDTH}}" + "".join(f"{cell:>{CELL_WIDTH}}" for cell in cells), flush=True)
