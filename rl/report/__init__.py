"""One page about a search, a sweep or a store, that needs nothing else.

`source` gathers what the page is about; `gains`, `courses`, `scatter`, `moves` and `graph` make
pictures of it, as places for the templates to draw at; `details` is what a row shows when it is
opened, `reproduce` the command that makes it again; `page` writes the file, `plots` the
pictures alone and `tracking` the courses for TensorBoard.
"""
