"""The subcommands, one file each: NAME, HELP, EXAMPLE, add_arguments(parser), run(options) -> exit status."""
