"""Carries out attempts of Flotilla's tasks: started by a platform, speaks the protocol of ``protocol/README.md``."""
