// Command tour goes through the service with the Go clients of Azure Key Vault. It takes everything from the
// environment, as a program of a user does, and prints `ok` or `not ok` for each thing that it judged.
package main

import (
	"fmt"
	"os"
	"slices"
	"strings"
)

// step is one thing to judge: it panics when the service does not do what it should. None needs another.
type step struct {
	name string
	run  func(vault)
}

func main() {
	administrator := connect(environmentCredential())
	failed := false
	for _, step := range slices.Concat(
		creation, changes, operations, imports, merges, serving, cryptography, deletion, backups, issuers, standing, refusals,
	) {
		if reason := attempt(step, administrator); reason != "" {
			fmt.Printf("not ok %s: %s\n", step.name, reason)
			failed = true
		} else {
			fmt.Printf("ok %s\n", step.name)
		}
	}
	if failed {
		os.Exit(1)
	}
}

// attempt says on one line why the step failed, or nothing.
func attempt(step step, v vault) (reason string) {
	defer func() {
		if problem := recover(); problem != nil {
			words := strings.Fields(fmt.Sprint(problem))
			// The clients' errors have rulers between their parts.
			words = slices.DeleteFunc(words, func(word string) bool { return strings.Trim(word, "-") == "" })
			reason = strings.Join(words, " ")
		}
	}()
	step.run(v)
	return ""
}
