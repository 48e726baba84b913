"""RunningCoach: the running coach that lives on your own machine."""

__version__ = "0.1.0"
