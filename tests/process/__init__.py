"""The bot as a real process: started, driven over loopback, killed, given bad input."""
