package imports

import . "crypto/tls"

func dot() *Config { return &Config{InsecureSkipVerify: true} } // want `^TLS101: `
