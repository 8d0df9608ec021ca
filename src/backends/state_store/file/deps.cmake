icn_backend_needs(xxhash)
