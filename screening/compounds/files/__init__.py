"""Records in, whatever the format: one reader per format, and what they share.

`formats` knows the suffixes and opens files and standard input; `archive` tells what is in a ZIP file; `size_limits`
how large a record or workbook may be; `stream` reads them piece by piece, whatever their compression; ``read_*``
yield the records of one format, `smiles_extension` tells an extension of CXSMILES from a name; `table` finds the
header and rows of a table and `columns` picks its columns; `record` is what every reader yields; `molblock_problem`
tells what is wrong with a mol block; `mol2_atoms`, `mol2_bonds` and `mol2_structure` make a molecule of a MOL2 block.
"""
