icn_backend_needs(sqlite)
