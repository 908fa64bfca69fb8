"""A path as its learner has it before them, and which path to propose."""
