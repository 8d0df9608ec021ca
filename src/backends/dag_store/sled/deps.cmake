icn_backend_needs(sled)
