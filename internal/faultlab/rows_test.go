package faultlab

import "testing"

func TestEveryFaultIsThereOnce(t *testing.T) {
	rows := Rows()
	if len(rows) != 64 {
		t.Errorf("%d rows, want 64", len(rows))
	}
	for i, row := range rows {
		if row.Number != i+1 || row.Name == "" || row.Wrong == "" || len(row.Cases) == 0 {
			t.Errorf("row %d is number %d %q with %d cases", i+1, row.Number, row.Name, len(row.Cases))
		}
		names := map[string]bool{}
		for _, c := range row.Cases {
			if names[c.Name] || c.Name == "" && len(row.Cases) > 1 {
				t.Errorf("row %d: the name %q is not unique", row.Number, c.Name)
			}
			names[c.Name] = true
			if c.Expect.Class == "" {
				t.Errorf("row %d %s expects no class", row.Number, c.Name)
			}
		}
	}
}
