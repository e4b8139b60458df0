"""A column of MySQL or MariaDB as the server spells it: read, taken apart, changed, spelled anew."""
