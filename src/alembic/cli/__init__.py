"""The command line: a table of commands, the parser made of it, and the program around it."""
