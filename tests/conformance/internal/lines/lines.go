// Package lines serves a question-and-answer protocol of one JSON value a line.
package lines

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
)

// Serve answers every line of in with one line on out, in order, until in ends.
// Blank lines get no answer.
func Serve(in io.Reader, out io.Writer, answer func(line []byte) any) error {
	reader := bufio.NewReaderSize(in, 1<<16)
	writer := bufio.NewWriterSize(out, 1<<16)
	encoder := json.NewEncoder(writer)
	encoder.SetEscapeHTML(false)
	for {
		line, readErr := reader.ReadBytes('\n')
		if len(bytes.TrimSpace(line)) > 0 {
			if err := encoder.Encode(answer(line)); err != nil {
				return err
			}
		}
		// Many requests at once share a flush, but a caller that waits for
		// its answer before it asks again must never wait in vain.
		if readErr != nil || !holdsLine(reader) {
			if err := writer.Flush(); err != nil {
				return err
			}
		}
		if errors.Is(readErr, io.EOF) {
			return nil
		}
		if readErr != nil {
			return readErr
		}
	}
}

// holdsLine tells whether a complete line is buffered, so that the next read
// can't block.
func holdsLine(reader *bufio.Reader) bool {
	buffered, err := reader.Peek(reader.Buffered())
	return err == nil && bytes.IndexByte(buffered, '\n') >= 0
}
