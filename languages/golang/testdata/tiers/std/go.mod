module example.org/std

go 1.21

godebug tls10server=1
