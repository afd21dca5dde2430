"""Finding people: what was typed, and the folded columns that it is compared with (docs/adr/0022).

One vocabulary for every search box: `meant` reads what was typed, `exactly` and `nearly` say which rows.
"""
