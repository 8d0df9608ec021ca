icn_backend_needs(postgres)
