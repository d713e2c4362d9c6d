// Package suppressed has findings that somebody has answered for.
package suppressed

import "crypto/tls"

var inline = tls.Config{InsecureSkipVerify: true} //tlslint:ignore TLS101 -- appliance without a CA

// above is accepted.
//
//tlslint:ignore TLS101 until=2999-12-31 owner=@pay -- appliance without a CA
var above = tls.Config{InsecureSkipVerify: true}

var lines = tls.Config{
	ServerName:         "x",
	InsecureSkipVerify: true, //tlslint:ignore TLS101 -- appliance without a CA
}

var foreign = tls.Config{InsecureSkipVerify: true} //nolint:gosec // appliance without a CA

var expired = tls.Config{InsecureSkipVerify: true} //tlslint:ignore TLS101 until=2020-01-01 -- x // want `^TLS101: .*suppression expired`

var other = tls.Config{InsecureSkipVerify: true} //tlslint:ignore TLS201 -- another rule // want `^TLS101: `
