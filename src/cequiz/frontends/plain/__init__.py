"""Line mode: an exam as plain sequential text, for screen readers, pipes and very simple terminals."""
