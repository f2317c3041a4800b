"""The explorer: a page that plays Algorithm 1 in the browser, with no server."""

from regretlab.show.explorer.frame import Explorer, explorer

__all__ = ["Explorer", "explorer"]
