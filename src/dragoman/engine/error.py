"""What an engine cannot do, said to people."""


class EngineError(RuntimeError):
    """An engine could not be started or could not go on; the message says why and what to do."""
