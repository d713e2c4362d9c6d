package report

// ANSI styles, the parameters of "select graphic rendition" (ECMA-48, 8.3.117).
const (
	styleBold  = "1"
	styleRed   = "31"
	styleGreen = "32"
	styleCyan  = "36"
	styleBlue  = "1;34"
)

// levelStyle is the colour of a severity's level.
var levelStyle = map[string]string{"error": "1;31", "warning": "1;33", "note": "1;36"}

// paint puts text in a style when colours are wanted.
func paint(on bool, style, text string) string {
	if !on || style == "" || text == "" {
		return text
	}
	return "\x1b[" + style + "m" + text + "\x1b[0m"
}
