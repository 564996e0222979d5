package reads

import (
	"slices"
	"text/template/parse"
)

// seen is what a part of a template reads.
type seen struct {
	// Paths of values: those that stand beside a call of an unstable function and may take its place, those that decide
	// whether it is called, others, and those of included templates, such as one that makes a name.
	beside, deciding, others, apart [][]string
	functions                       []string
}

func (s *seen) add(other seen) {
	s.beside = append(s.beside, other.beside...)
	s.deciding = append(s.deciding, other.deciding...)
	s.others = append(s.others, other.others...)
	s.apart = append(s.apart, other.apart...)
	s.functions = append(s.functions, other.functions...)
}

// asAction is what one action reads: what stands in it takes the place of what is made up in it.
func (s seen) asAction() seen {
	if s.isUnstable() {
		s.beside, s.others = append(slices.Clone(s.beside), s.others...), nil
	}
	return s
}

// asCondition is what a condition reads that decides about something unstable.
func (s seen) asCondition() seen {
	s.deciding = append(append(slices.Clone(s.deciding), s.others...), s.apart...)
	s.others, s.apart = nil, nil
	return s
}

// asIncluded is what an included template reads, for what includes it.
func (s seen) asIncluded() seen {
	s.apart, s.others = append(slices.Clone(s.apart), s.others...), nil
	return s
}

func (s seen) isUnstable() bool { return len(s.functions) > 0 }

// walk goes through the templates of one file.
type walk struct {
	templates *Templates
	prefix    []string
	variables map[string]abstract
	// The templates that are being walked, so that recursion ends.
	within []string
	// How many nodes may still be looked at: templates that include others twice each would have no end.
	left *int
}

func (w *walk) list(list *parse.ListNode, dot abstract) seen {
	var all seen
	if list == nil {
		return all
	}
	for _, node := range list.Nodes {
		if *w.left--; *w.left < 0 {
			return all
		}
		all.add(w.node(node, dot))
	}
	return all
}

func (w *walk) node(node parse.Node, dot abstract) seen {
	switch node := node.(type) {
	case *parse.ActionNode:
		_, found := w.pipe(node.Pipe, dot)
		return found.asAction()
	case *parse.TemplateNode:
		argument, found := w.pipe(node.Pipe, dot)
		found.add(w.include(node.Name, argument))
		return found.asAction()
	case *parse.IfNode:
		return w.branch(&node.BranchNode, dot, func(abstract) abstract { return dot })
	case *parse.WithNode:
		return w.branch(&node.BranchNode, dot, func(value abstract) abstract { return value })
	case *parse.RangeNode:
		return w.branch(&node.BranchNode, dot, func(abstract) abstract { return abstract{} })
	}
	return seen{}
}

// branch also counts the condition: what decides whether something is made up matters as much as what it is.
func (w *walk) branch(node *parse.BranchNode, dot abstract, inner func(abstract) abstract) seen {
	value, condition := w.pipe(node.Pipe, dot)
	body := w.list(node.List, inner(value))
	body.add(w.list(node.ElseList, dot))
	found := condition
	if body.isUnstable() || condition.isUnstable() {
		found = condition.asCondition()
	}
	found.add(body)
	return found
}

func (w *walk) include(name string, argument abstract) seen {
	tree, known := w.templates.trees[name]
	const deepest = 30
	if !known || tree.Root == nil || slices.Contains(w.within, name) || len(w.within) > deepest {
		return seen{}
	}
	inner := &walk{templates: w.templates, prefix: w.prefix, variables: map[string]abstract{"$": argument}, within: append(slices.Clone(w.within), name), left: w.left}
	return inner.list(tree.Root, argument).asIncluded()
}

func (w *walk) pipe(pipe *parse.PipeNode, dot abstract) (abstract, seen) {
	var value abstract
	var all seen
	if pipe == nil {
		return value, all
	}
	for at, command := range pipe.Cmds {
		var before *abstract
		if at > 0 {
			before = &value
		}
		next, found := w.command(command, dot, before)
		all.add(found)
		value = next
	}
	for _, variable := range pipe.Decl {
		w.variables[variable.Ident[0]] = value
	}
	return value, all
}

// command evaluates a call, or a value; before is what a pipe hands on to it as its last argument.
func (w *walk) command(command *parse.CommandNode, dot abstract, before *abstract) (abstract, seen) {
	var all seen
	var arguments []abstract
	name := ""
	for at, node := range command.Args {
		if identifier, isFunction := node.(*parse.IdentifierNode); isFunction && at == 0 {
			name = identifier.Ident
			continue
		}
		value, found := w.argument(node, dot)
		all.add(found)
		arguments = append(arguments, value)
	}
	if before != nil {
		arguments = append(arguments, *before)
	}
	if name == "" {
		if len(arguments) == 0 {
			return abstract{}, all
		}
		return arguments[0], all
	}
	if w.templates.unstable[name] {
		all.functions = append(all.functions, name)
	}
	if name == "include" && len(arguments) == 2 && arguments[0].kind == text {
		all.add(w.include(arguments[0].text, arguments[1]))
		return abstract{}, all
	}
	if name == "list" {
		all.others = append(all.others, w.named(arguments)...)
	}
	value := call(name, arguments)
	if value.kind == values && (name == "index" || name == "get") {
		all.others = append(all.others, value.path)
	}
	return value, all
}

// argument evaluates what stands in a call, and notes the value that it reads.
func (w *walk) argument(node parse.Node, dot abstract) (abstract, seen) {
	var found seen
	var value abstract
	switch node := node.(type) {
	case *parse.DotNode:
		return dot, found
	case *parse.PipeNode:
		return w.pipe(node, dot)
	case *parse.StringNode:
		return abstract{kind: text, text: node.Text}, found
	case *parse.FieldNode:
		value = dot.fields(node.Ident, w.prefix)
	case *parse.VariableNode:
		value = w.variable(node.Ident[0]).fields(node.Ident[1:], w.prefix)
	case *parse.ChainNode:
		inner, read := w.argument(node.Node, dot)
		found = read
		value = inner.fields(node.Field, w.prefix)
	}
	if value.kind == values && len(value.path) > 0 {
		found.others = append(found.others, value.path)
	}
	return value, found
}

func (w *walk) variable(name string) abstract {
	if value, known := w.variables[name]; known {
		return value
	}
	if name == "$" {
		return abstract{kind: root}
	}
	return abstract{}
}
