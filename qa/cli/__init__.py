"""The shell: the commands, what several of them share, and records as lines of text.

index, releases, overview, batch, serve -> app     the commands, and the program they belong to
parts, output, show                                options and printing; what stdout is; the lines
"""
