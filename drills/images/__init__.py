"""`make image-test`: the Dockerfile and the whole compose, built and run on this machine."""
