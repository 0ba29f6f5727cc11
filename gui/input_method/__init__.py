"""Input methods on Linux that Qt as shipped cannot speak to: a client of fcitx 4 and fcitx 5, and who serves at all."""
