"""Pages for people, in the process and the frame of the API: one file a page, all routes in `routes.py`.

Words are in `words.py`, how numbers are written in `units.py`; templates escape whatever they show.
"""
