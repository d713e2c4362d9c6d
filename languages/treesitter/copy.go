//go:build cgo

package treesitter

/*
#cgo darwin LDFLAGS: -Wl,-undefined,dynamic_lookup
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

// These are declarations of tree-sitter's own API (tree_sitter/api.h), which the
// binding compiles in. They are weak so that this package links by itself.
typedef struct { uint32_t context[4]; const void *id; const void *tree; } TSNode;
typedef struct { const void *tree; const void *id; uint32_t context[3]; } TSTreeCursor;

#define WEAK __attribute__((weak))
extern WEAK TSTreeCursor ts_tree_cursor_new(TSNode node);
extern WEAK void ts_tree_cursor_delete(TSTreeCursor *self);
extern WEAK TSNode ts_tree_cursor_current_node(const TSTreeCursor *self);
extern WEAK uint16_t ts_tree_cursor_current_field_id(const TSTreeCursor *self);
extern WEAK bool ts_tree_cursor_goto_parent(TSTreeCursor *self);
extern WEAK bool ts_tree_cursor_goto_next_sibling(TSTreeCursor *self);
extern WEAK bool ts_tree_cursor_goto_first_child(TSTreeCursor *self);
extern WEAK uint16_t ts_node_symbol(TSNode self);
extern WEAK uint32_t ts_node_start_byte(TSNode self);
extern WEAK uint32_t ts_node_end_byte(TSNode self);
extern WEAK bool ts_node_is_missing(TSNode self);

typedef struct {
	uint32_t start, end, up; // up is the index of the parent plus 1
	uint16_t symbol, field;
	uint32_t missing;
} tlslint_node;

enum { SKIP = 1, NAMED = 2, LEAF = 4 };

// tlslint_copy walks a tree once. It returns the nodes that are kept, parents
// before their children; NULL when there is no memory.
static tlslint_node *tlslint_copy(TSNode root, const uint8_t *kinds, int symbols, int max_depth, size_t *count) {
	size_t size = 1024, n = 0;
	tlslint_node *out = malloc(size * sizeof *out);
	if (out == NULL) return NULL;
	TSTreeCursor c = ts_tree_cursor_new(root);
	uint32_t up = 0;
	int depth = 0;
	for (;;) {
		TSNode cur = ts_tree_cursor_current_node(&c);
		uint16_t sym = ts_node_symbol(cur);
		uint8_t kind = sym < symbols ? kinds[sym] : NAMED;
		bool descend = false;
		if (!(kind & SKIP)) {
			uint16_t field = ts_tree_cursor_current_field_id(&c);
			if ((kind & NAMED) || field != 0) {
				if (n == size) {
					tlslint_node *more = realloc(out, 2 * size * sizeof *out);
					if (more == NULL) {
						free(out);
						ts_tree_cursor_delete(&c);
						return NULL;
					}
					out = more;
					size *= 2;
				}
				tlslint_node *o = &out[n++];
				o->start = ts_node_start_byte(cur);
				o->end = ts_node_end_byte(cur);
				o->up = up;
				o->symbol = sym;
				o->field = field;
				o->missing = o->start == o->end && ts_node_is_missing(cur);
				if (depth < max_depth && !(kind & LEAF) && ts_tree_cursor_goto_first_child(&c)) {
					up = n;
					depth++;
					descend = true;
				}
			}
		}
		while (!descend) {
			if (up == 0) {
				ts_tree_cursor_delete(&c);
				*count = n;
				return out;
			}
			if (ts_tree_cursor_goto_next_sibling(&c)) break;
			ts_tree_cursor_goto_parent(&c);
			up = out[up - 1].up;
			depth--;
		}
	}
}
*/
import "C"

import (
	"unsafe"

	sitter "github.com/smacker/go-tree-sitter"

	"github.com/tlslint/tlslint/languages/syntax"
)

// copy turns a C tree into Go values, with one call of C for all of it: a call for
// every node costs as much as parsing does.
func (g *Grammar) copy(root *sitter.Node, out *syntax.Tree) bool {
	// The binding keeps a TSNode as the first field of its Node.
	node := *(*C.TSNode)(unsafe.Pointer(root))
	var count C.size_t
	list := C.tlslint_copy(node, (*C.uint8_t)(unsafe.Pointer(&g.kinds[0])), C.int(len(g.kinds)), maxDepth, &count)
	if list == nil {
		return false
	}
	defer C.free(unsafe.Pointer(list))
	items := unsafe.Slice(list, int(count))
	nodes := make([]syntax.Node, len(items))
	kids := make([]int32, len(items))
	for i := range items {
		if up := items[i].up; up > 0 {
			kids[up-1]++
		}
	}
	all := make([]*syntax.Node, len(items)) // the children of all nodes, one slice
	next := 0
	for i := range items {
		item, n := &items[i], &nodes[i]
		n.Start, n.End = int(item.start), int(item.end)
		if int(item.symbol) < len(g.names) {
			n.Kind = g.names[item.symbol]
		} else {
			n.Kind = "ERROR"
			out.Errors++
		}
		if item.missing != 0 {
			out.Errors++
		}
		if item.field != 0 {
			n.Field = g.fields[item.field]
		}
		if k := int(kids[i]); k > 0 {
			n.Kids = all[next : next : next+k]
			next += k
		}
		if item.up > 0 {
			n.Up = &nodes[item.up-1]
			n.Up.Kids = append(n.Up.Kids, n)
		}
	}
	if len(nodes) > 0 {
		out.Root = &nodes[0]
	}
	return true
}
