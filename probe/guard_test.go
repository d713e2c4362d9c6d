package probe

import (
	"context"
	"errors"
	"net/netip"
	"testing"
)

func TestAddressRules(t *testing.T) {
	for _, test := range []struct {
		address       string
		open, private bool // permitted at all; permitted on request
	}{
		{"93.184.216.34", true, true},
		{"2606:2800:220:1::1", true, true},
		{"127.0.0.1", false, true},
		{"::1", false, true},
		{"10.1.2.3", false, true},
		{"172.31.255.255", false, true},
		{"172.32.0.1", true, true},
		{"192.168.0.1", false, true},
		{"100.64.0.1", false, true},
		{"100.100.100.200", false, true},
		{"fd12::1", false, true},
		{"fec0::1", false, true},
		{"198.18.0.1", false, true},
		{"2001:db8::1", false, true},
		{"0.0.0.0", false, false},
		{"0.1.2.3", false, false},
		{"::", false, false},
		{"169.254.169.254", false, false},
		{"169.254.1.1", false, false},
		{"fe80::1", false, false},
		{"fe80::1%lo", false, false},
		{"fd00:ec2::254", false, false},
		{"168.63.129.16", false, false},
		{"224.0.0.1", false, false},
		{"239.255.255.250", false, false},
		{"ff02::1", false, false},
		{"240.0.0.1", false, false},
		{"255.255.255.255", false, false},

		// Forms of IPv4 addresses.
		{"::ffff:93.184.216.34", true, true},
		{"::ffff:10.0.0.1", false, true},
		{"::ffff:169.254.169.254", false, false},
		{"::169.254.169.254", false, false},
		{"::ffff:0:169.254.169.254", false, false},
		{"64:ff9b::169.254.169.254", false, false},
		{"64:ff9b::10.0.0.1", false, true},
		{"64:ff9b::93.184.216.34", true, true},
		{"64:ff9b:1::169.254.169.254", false, false},
		{"64:ff9b:1:a9fe:00a9:fe00::", false, false}, // RFC 6052 with a prefix of 48
		{"2002:a9fe:a9fe::1", false, false},
		{"2002:7f00:1::1", false, true},
		{"2002:5db8:d822::1", true, true},
		{"2001:0:a9fe:a9fe::1", false, false},              // Teredo: the server
		{"2001:0:5db8:d822:0:0:5601:5601", false, false},   // Teredo: the client, 169.254.169.254 turned over
		{"2606:2800:220:1:0:5efe:a9fe:a9fe", false, false}, // ISATAP
		{"2606:2800:220:1:200:5efe:a00:1", false, true},
	} {
		a := netip.MustParseAddr(test.address)
		if err := new(guard).check(a); (err == nil) != test.open {
			t.Errorf("%s: %v", test.address, err)
		}
		if err := (&guard{private: true}).check(a); (err == nil) != test.private {
			t.Errorf("%s on request: %v", test.address, err)
		}
	}
}

func TestHostRules(t *testing.T) {
	names := labNames{
		"public.test": {"93.184.216.34"}, "xn--bcher-kva.test": {"93.184.216.34"}, "under_score.test": {"93.184.216.34"},
		"rebind.test": {"93.184.216.34", "127.0.0.1"}, "mapped.test": {"::ffff:127.0.0.1"}, "metadata.test": {"169.254.169.254"},
		"foo.internal": {"93.184.216.34"}, "printer.local": {"93.184.216.34"}, "localhost": {"127.0.0.1"},
		"a.localhost": {"127.0.0.1"}, "metadata.google.internal": {"169.254.169.254"}, "metadata": {"93.184.216.34"},
		"127.1": {"93.184.216.34"}, "0x7f000001": {"93.184.216.34"}, "a b.test": {"93.184.216.34"},
	}
	for _, test := range []struct {
		host          string
		open, private bool
	}{
		{"public.test", true, true},
		{"PUBLIC.test.", true, true},
		{"bücher.test", true, true},
		{"under_score.test", true, true},
		{"93.184.216.34", true, true},
		{"2606:2800:220:1::1", true, true},
		{"rebind.test", false, true},
		{"mapped.test", false, true},
		{"metadata.test", false, false},
		{"foo.internal", false, true},
		{"FOO.Internal.", false, true},
		{"printer.local", false, true},
		{"localhost", false, true},
		{"a.localhost", false, true},
		{"metadata", false, true},
		{"metadata.google.internal", false, false},
		{"127.0.0.1", false, true},
		{"::ffff:127.0.0.1", false, true},

		// Other spellings of addresses.
		{"127.1", false, false},
		{"2130706433", false, false},
		{"0x7f000001", false, false},
		{"0x7f.0.0.1", false, false},
		{"0177.0.0.1", false, false},
		{"017700000001", false, false},
		{"93.184.216.34.", true, true},
		{"1.2.3.4.5", false, false},
		{"１２７.0.0.1", false, true}, // full-width digits are digits for IDNA
		{"１２７。1", false, false},

		{"", false, false},
		{".", false, false},
		{"a b.test", false, false},
		{"a\r\nb.test", false, false},
		{"user@public.test", false, false},
		{"public.test:443", false, false},
		{"public.test/x", false, false},
		{"[::1]", false, false},
		{"-a.test", false, false},
	} {
		_, err := (&guard{resolver: names}).addresses(t.Context(), test.host)
		if (err == nil) != test.open {
			t.Errorf("%q: %v", test.host, err)
		}
		var rule *forbidden
		if err != nil && !errors.As(err, &rule) {
			t.Errorf("%q: %v is no rule", test.host, err)
		}
		if _, err := (&guard{private: true, resolver: names}).addresses(t.Context(), test.host); (err == nil) != test.private {
			t.Errorf("%q on request: %v", test.host, err)
		}
	}
}

func TestAddressesAreAtMostEight(t *testing.T) {
	var all []string
	for _, last := range "123456789abc" {
		all = append(all, "2606:2800:220:1::"+string(last))
	}
	got, err := (&guard{resolver: labNames{"many.test": all}}).addresses(t.Context(), "many.test")
	if err != nil || len(got) != maxAddresses {
		t.Errorf("%d addresses, %v", len(got), err)
	}
	// The ninth and later ones are checked all the same.
	if _, err := (&guard{resolver: labNames{"many.test": append(all, "10.0.0.1")}}).addresses(t.Context(), "many.test"); err == nil {
		t.Error("a private address behind many public ones was let through")
	}
}

func TestDialChecksThePeer(t *testing.T) {
	port := serve(t, "127.0.0.1:0", answer(""))
	at := netip.AddrPortFrom(netip.MustParseAddr("127.0.0.1"), uint16(port))
	var rule *forbidden
	if _, err := new(guard).dial(t.Context(), at); !errors.As(err, &rule) {
		t.Errorf("dialled %s: %v", at, err)
	}
	conn, err := (&guard{private: true}).dial(context.Background(), at)
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

func FuzzHost(f *testing.F) {
	for _, s := range []string{"public.test", "127.0.0.1", "0x7f.1", "bücher.test", "[::1]", "a..b", "::ffff:7f00:1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, host string) {
		name, a, err := new(guard).name(host)
		if err != nil {
			return
		}
		if a.IsValid() {
			if a.IsLoopback() || a.IsPrivate() || a.IsLinkLocalUnicast() || a.IsMulticast() || a.IsUnspecified() {
				t.Errorf("%q is %s", host, a)
			}
		} else if !dnsName(name) || numeric(name) {
			t.Errorf("%q became %q", host, name)
		}
	})
}
