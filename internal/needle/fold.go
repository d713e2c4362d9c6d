package needle

// normal returns the one form of all needles that match the same text: folded
// needles are in lower case and have a letter.
func normal(n Needle) Needle {
	if !n.Fold {
		return n
	}
	lower := []byte(n.Text)
	n.Fold = false // unless there is a letter to fold
	for i, c := range lower {
		lower[i] = lowerASCII(c)
		if isLetter(lower[i]) {
			n.Fold = true
		}
	}
	n.Text = string(lower)
	return n
}

// spellings returns all texts that a needle in normal form stands for: one, or
// up to 2^len(Text) when folded. It is meant for up to three bytes.
func spellings(n Needle) [][]byte {
	all := [][]byte{[]byte(n.Text)}
	if !n.Fold {
		return all
	}
	for i := range len(n.Text) {
		if !isLetter(n.Text[i]) {
			continue
		}
		for _, text := range all {
			upper := append([]byte(nil), text...)
			upper[i] -= 'a' - 'A'
			all = append(all, upper)
		}
	}
	return all
}

// matches compares bytes with the text of a needle in normal form, of the same
// length.
func matches(src []byte, n *Needle) bool {
	if !n.Fold {
		return string(src) == n.Text
	}
	for i, c := range src {
		if lowerASCII(c) != n.Text[i] {
			return false
		}
	}
	return true
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// isLetter reports whether a byte in lower case has an upper case.
func isLetter(c byte) bool { return 'a' <= c && c <= 'z' }
