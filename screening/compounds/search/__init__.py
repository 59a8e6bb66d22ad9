"""Finding compounds in a library: `similarity` to a query, `diversity` picks and clusters, `queries` as users give
them, `scaffolds_and_overlap` of libraries, `structure_map`: like structures near each other.
"""
