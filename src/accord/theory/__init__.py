"""Pure mathematics on arrays: the models of ``docs/models.md``, one module a field.

Nothing here knows what a case is. Arrays and small frozen records come in, frozen results go
out, and every public function cites its source.
"""
