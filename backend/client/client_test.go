package client

import (
	"context"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"

	"sidetrack/backend/fault"
)

// The port of a Sidetrack that was killed may be anybody's by now. Who listens
// there does not hear the token.
func TestAStaleNoteSendsNobodyTheToken(t *testing.T) {
	asked := 0
	other := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { asked++ }))
	defer other.Close()
	dir := t.TempDir()
	token := filepath.Join(dir, "token")
	for _, file := range []string{token, filepath.Join(dir, "lock")} {
		if err := os.WriteFile(file, []byte("secret"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := WriteRunning(dir, Running{URL: other.URL, DataDir: dir, TokenFile: token}); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(context.Background(), dir); fault.KindOf(err) != fault.Unavailable || asked != 0 {
		t.Errorf("asked %d times: %v", asked, err)
	}

	lock := Lock(dir)
	if got, err := lock.TryLock(); !got || err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if _, err := Open(context.Background(), dir); fault.KindOf(err) != fault.Unavailable || asked == 0 {
		t.Errorf("a held folder was not asked for: %v", err)
	}
}
