// Package mail sends receipts.
package mail

import (
	"crypto/tls"
	"net/smtp"
)

// Send hands a message to the relay.
func Send(host string, from string, to []string, msg []byte) error {
	c, err := smtp.Dial(host + ":587")
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.StartTLS(&tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS10}); err != nil {
		return err
	}
	if err := c.Mail(from); err != nil {
		return err
	}
	for _, rcpt := range to {
		if err := c.Rcpt(rcpt); err != nil {
			return err
		}
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(msg); err != nil {
		return err
	}
	return w.Close()
}
