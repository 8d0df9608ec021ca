// A Go guest: reads text on standard input, prints its ten most frequent words, a SHA-256 and the time, and says on
// the job's log, through the host's own function, how far it is.
package main

import (
	"bufio"
	"crypto/sha256"
	"fmt"
	"os"
	"sort"
	"strings"
	"time"
	"unsafe"
)

//go:wasmimport icn host_log_message
func hostLogMessage(level int32, text unsafe.Pointer, length int32) int32

const levelInfo = 2

func logInfo(text string) {
	hostLogMessage(levelInfo, unsafe.Pointer(unsafe.StringData(text)), int32(len(text)))
}

type entry struct {
	word  string
	count int
}

func main() {
	counts := map[string]int{}
	hash := sha256.New()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 16<<20)
	for lines.Scan() {
		hash.Write(lines.Bytes())
		hash.Write([]byte{'\n'})
		for _, word := range strings.Fields(strings.ToLower(lines.Text())) {
			counts[strings.Trim(word, ".,;:!?()[]`\"'")]++
		}
	}
	if err := lines.Err(); err != nil {
		fmt.Fprintln(os.Stderr, "go guest:", err)
		os.Exit(1)
	}
	delete(counts, "")
	logInfo(fmt.Sprintf("%d different words", len(counts)))

	// A map's order is random; goroutines and channels are included to exercise the scheduler too.
	entries := make(chan entry)
	go func() {
		for word, count := range counts {
			entries <- entry{word, count}
		}
		close(entries)
	}()
	var all []entry
	for e := range entries {
		all = append(all, e)
	}
	sort.Slice(all, func(i, j int) bool {
		if all[i].count != all[j].count {
			return all[i].count > all[j].count
		}
		return all[i].word < all[j].word
	})
	for i, e := range all {
		if i == 10 {
			break
		}
		fmt.Printf("%6d %s\n", e.count, e.word)
	}
	fmt.Printf("sha256 %x\n", hash.Sum(nil))
	if !time.Now().After(time.Unix(0, 0)) {
		os.Exit(1)
	}
}
