// SPDX-License-Identifier: Apache-2.0

// A node agent: admits the pod whose file it is given, says what it got, and lets it go again.
//
//	agent MACHINE LEDGER POD.yaml UID
package main

/*
#cgo pkg-config: numa-hints
#include <numa_hints.h>
#include <stdlib.h>
*/
import "C"

import (
	"errors"
	"fmt"
	"os"
	"unsafe"
)

// take takes over a text that the library handed out.
func take(text *C.char) string {
	defer C.numa_hints_free(text)
	return C.GoString(text)
}

// document is what a call says, or the sentence that it failed with.
func document(call func(document, problem **C.char) C.numa_hints_status) (string, error) {
	var text, problem *C.char
	status := call(&text, &problem)
	said, sentence := take(text), take(problem)
	if status > C.NUMA_HINTS_REFUSED {
		return "", errors.New(sentence)
	}
	return said, nil
}

func run(words []string) error {
	pod, err := os.ReadFile(words[2])
	if err != nil {
		return err
	}
	// What the options point to is C's, since Go may move its own.
	options := (*C.numa_hints_options)(C.calloc(1, C.sizeof_numa_hints_options))
	defer C.free(unsafe.Pointer(options))
	texts := []*C.char{C.CString(words[0]), C.CString(words[1]), C.CString(string(pod)), C.CString(words[3])}
	defer func() {
		for _, text := range texts {
			C.free(unsafe.Pointer(text))
		}
	}()
	options.struct_size = C.sizeof_numa_hints_options
	options.machine, options.ledger = texts[0], texts[1]
	var manager C.numa_hints_manager
	if _, err = document(func(_, problem **C.char) C.numa_hints_status {
		return C.numa_hints_open(options, &manager, problem)
	}); err != nil {
		return err
	}
	admission, err := document(func(said, problem **C.char) C.numa_hints_status {
		return C.numa_hints_admit(manager, texts[2], said, problem)
	})
	if err != nil {
		return err
	}
	fmt.Println(admission)
	release, err := document(func(said, problem **C.char) C.numa_hints_status {
		return C.numa_hints_release(manager, texts[3], nil, said, problem)
	})
	if err != nil {
		return err
	}
	fmt.Println(release)
	_, err = document(func(_, problem **C.char) C.numa_hints_status { return C.numa_hints_close(manager, problem) })
	return err
}

func main() {
	if len(os.Args) != 5 {
		fmt.Fprintln(os.Stderr, "agent: expected MACHINE LEDGER POD.yaml UID")
		os.Exit(2)
	}
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "agent:", err)
		os.Exit(1)
	}
}
