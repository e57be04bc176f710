"""A sender's own workbook (.xlsx) with cells marked: its parts are changed where the marks stand, and nowhere else.

A workbook that is read and written anew loses what the library does not know: pictures, charts, controls. Here every
part stays as its sender's program wrote it, but for the cells that are marked, their styles, comments, and one sheet
more.
"""
