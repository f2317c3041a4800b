"""The explorer: a page that plays Algorithm 1 in the browser, with no server."""
