icn_backend_needs(curl)
