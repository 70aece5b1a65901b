// Command go-judge answers questions about certificates, one on each line of standard input, with one line each on standard
// output: the question's number, and behind a tab what is wrong, or nothing.
//
//	go-judge path    number, purpose, host, time, root file, chain file, where to look for revocation
//	go-judge zlint   number, kind (certificate, list or ocsp), file
package main

import (
	"bufio"
	"fmt"
	"os"
	"strings"
)

func main() {
	judges := map[string]func([]string) string{"path": judgePath, "zlint": lintFile}
	judge := judges[strings.Join(os.Args[1:], " ")]
	if judge == nil {
		fmt.Fprintln(os.Stderr, "go-judge path|zlint")
		os.Exit(2)
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		fields := strings.Split(lines.Text(), "\t")
		fmt.Printf("%s\t%s\n", fields[0], strings.ReplaceAll(judge(fields[1:]), "\n", " "))
	}
}

// must gives the value. A file that cannot be read is a fault of the tour, not a finding.
func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}
