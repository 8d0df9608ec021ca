icn_backend_needs(p11kit)
