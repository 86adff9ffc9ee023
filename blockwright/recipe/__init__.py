"""What can be chosen for a training, as plain declarations. Keras is imported inside functions only.

`settings.py` holds the settings of a run. Optimizers, schedules and callbacks are families: one file for each member.
"""
