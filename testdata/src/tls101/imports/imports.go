// Package imports names crypto/tls in another way.
package imports

import stdtls "crypto/tls"

func renamed() *stdtls.Config { return &stdtls.Config{InsecureSkipVerify: true} } // want `^TLS101: `
