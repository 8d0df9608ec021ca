icn_backend_needs(rocksdb)
