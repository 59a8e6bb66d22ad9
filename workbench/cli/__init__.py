"""The command line: one command a file; heavy imports happen inside the commands.

`main` starts; `demo`, `target`, `library`, `train`, `model`, `screen`, `search`, `matrix`, `design`, `series`, `pose`,
`dock`, `interactions`, `cluster`, `status`, `hits`, `review`, `export`, `verify`, `report`, `results`, `next` and
`compare` are the commands.
`site_options`, `table_options`, `dry_run` and `printing` are what several of them share.
"""
