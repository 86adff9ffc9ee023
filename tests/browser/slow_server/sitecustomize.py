"""Makes a Streamlit server slow to pass on what its scripts draw, as on a busy machine; by PYTHONPATH."""

import os
import sys
import time

if "streamlit" in sys.orig_argv:
    from streamlit.runtime.app_session import AppSession

    _pass_on = AppSession._handle_scriptrunner_event_on_event_loop
    _SECONDS = float(os.environ["SLOW_SERVER_SECONDS"])

    def _pass_on_slowly(self, *args):
        time.sleep(_SECONDS)
        return _pass_on(self, *args)

    AppSession._handle_scriptrunner_event_on_event_loop = _pass_on_slowly
