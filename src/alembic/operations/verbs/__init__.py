"""The verbs: typed, documented methods that make ops; one file per subject, plain and batch."""
