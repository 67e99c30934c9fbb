"""cequiz: exam and certification engine for continuing education of massage and manual therapists."""

__version__ = "0.1.0"
