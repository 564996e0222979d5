// Package leaf renders one leaf: its chart, if it has one, and then its kustomization.
package leaf

import (
	"errors"
	"path"
	"runtime/debug"

	"sigs.k8s.io/kustomize/api/resmap"

	"fairlead.dev/renderer/internal/chart"
	"fairlead.dev/renderer/internal/kustomize"
	"fairlead.dev/renderer/internal/memory"
	"fairlead.dev/renderer/internal/protocol"
	"fairlead.dev/renderer/internal/unstable"
)

// Render answers a request, and uses up its files. It keeps nothing: the same request gives the same answer in any order.
func Render(request *protocol.LeafRequest) (output *protocol.LeafOutput, failure *protocol.Error) {
	files, err := collect(request)
	defer func() {
		if cause := recover(); cause != nil {
			// The tools panic on some input; where, is worth knowing for whoever repairs it.
			output, failure = nil, protocol.Errorf(protocol.Internal, "panic: %v\n%s", cause, firstLines(debug.Stack(), 12))
			kustomize.Forget()
		}
		if failure != nil {
			var kept []string
			if request.Chart != nil {
				kept = request.Chart.Kept
			}
			failure = shown(failure, files, kept)
		}
	}()
	if err == nil {
		output, err = render(files, request)
	}
	if err == nil {
		return output, nil
	}
	if typed, isTyped := errors.AsType[*protocol.Error](err); isTyped {
		return nil, typed
	}
	return nil, &protocol.Error{Kind: protocol.Kustomize, Message: err.Error()}
}

func render(files chart.Files, request *protocol.LeafRequest) (*protocol.LeafOutput, error) {
	if request.Chart != nil {
		return renderChart(files, request)
	}
	fs, err := inMemory(files)
	if err != nil {
		return nil, err
	}
	return kustomize.Build(fs, request.Root, nil)
}

// renderChart builds the leaf once for each output of its chart, and settles what differs.
func renderChart(files chart.Files, request *protocol.LeafRequest) (*protocol.LeafOutput, error) {
	rendered, err := chart.Render(files, request.Chart)
	if err != nil {
		return nil, err
	}
	second, err := secondObjects(files, request, rendered.Second)
	if err != nil {
		return nil, err
	}
	files[request.Chart.OutputFile] = []byte(rendered.First)
	fs, err := inMemory(files)
	if err != nil {
		return nil, err
	}
	var placeholders []string
	output, err := kustomize.Build(fs, request.Root, func(objects resmap.ResMap) (err error) {
		if err = kustomize.WithoutHookAnnotations(objects); err != nil {
			return err
		}
		placeholders, err = unstable.Settle(objects, second, request.Chart, rendered.Explain)
		return err
	})
	if err != nil {
		return nil, err
	}
	output.Placeholders = placeholders
	return output, nil
}

// secondObjects are what kustomize makes of the chart's output in its second render; nil: it is the same as the first.
func secondObjects(files chart.Files, request *protocol.LeafRequest, output string) (resmap.ResMap, error) {
	if output == "" {
		return nil, nil
	}
	files[request.Chart.OutputFile] = []byte(output)
	fs, err := inMemory(files)
	if err != nil {
		return nil, err
	}
	objects, err := kustomize.Objects(fs, request.Root)
	if err != nil {
		return nil, err
	}
	return objects, kustomize.WithoutHookAnnotations(objects)
}

func inMemory(files chart.Files) (*memory.FS, error) {
	fs, err := memory.New(files)
	if err != nil {
		return nil, &protocol.Error{Kind: protocol.BadRequest, Message: err.Error()}
	}
	return fs, nil
}

func collect(request *protocol.LeafRequest) (chart.Files, error) {
	paths := []string{request.Root}
	if request.Chart != nil {
		paths = append(paths, request.Chart.Directory, request.Chart.OutputFile)
	}
	files := make(chart.Files, len(request.Files)+len(request.BinaryFiles))
	for name, content := range request.Files {
		files[name] = []byte(content)
		paths = append(paths, name)
	}
	// They are not needed twice.
	request.Files = nil
	for name, content := range request.BinaryFiles {
		files[name] = content
		paths = append(paths, name)
	}
	for _, name := range paths {
		if !path.IsAbs(name) || path.Clean(name) != name {
			return nil, protocol.Errorf(protocol.BadRequest, "%q is not a clean absolute path", name)
		}
	}
	return files, nil
}

func firstLines(text []byte, count int) []byte {
	for at, char := range text {
		if char == '\n' {
			if count--; count == 0 {
				return text[:at]
			}
		}
	}
	return text
}
