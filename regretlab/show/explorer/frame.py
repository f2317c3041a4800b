"""The explorer page in a notebook, or as a file."""

from __future__ import annotations

import html
from pathlib import Path

from regretlab.files import write_whole


class Explorer:
    """The page. A notebook shows it in a frame of its own; `save` writes it."""

    def __init__(self, text: str) -> None:
        self.html = text

    def __repr__(self) -> str:
        size = len(self.html.encode()) / 1e6
        return (
            f"<Explorer page, {size:.1f} MB: a notebook shows it, .save('explorer.html') writes it>"
        )

    def _repr_html_(self) -> str:
        size = "width:100%;height:860px;border:1px solid #ddd"
        return f'<iframe title="regretlab explorer" style="{size}" srcdoc="{html.escape(self.html)}"></iframe>'

    def save(self, path: str | Path) -> Path:
        """Write the page as one HTML file that needs no server and no network; BrokenFile if it cannot be."""
        return write_whole(path, self.html.encode())


def explorer() -> Explorer:
    """The explorer: two methods side by side on a stream of linear losses, in one self-contained page.

    It is what `regretlab explore` writes. The methods that it plays are the package's own definitions,
    printed as JavaScript. Needs the extra `explorer` (Bokeh); InvalidInput says so if it is missing.

    Examples
    --------
    >>> import regretlab as rl
    >>> rl.explorer()  # in a notebook
    >>> rl.explorer().save("explorer.html")
    """
    from regretlab.show.explorer.page import page

    return Explorer(page())
