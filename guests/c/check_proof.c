/* A C guest that verifies: check_proof CHALLENGE reads a zero-knowledge proof from standard input and reports whether
 * it holds and answers that challenge. It needs the grant `zk`, the read parameter:zk_keys, and mana for the fee. */
#include <stdio.h>
#include <string.h>

#include "icn.h"

#define PROOF_MAX 16384

static char proof[PROOF_MAX + 1];

int main(int argc, char **argv) {
  if (argc != 2) {
    fprintf(stderr, "usage: check_proof CHALLENGE\n");
    return 2;
  }
  size_t length = fread(proof, 1, PROOF_MAX, stdin);
  /* The proof's text is canonical where it counts: hexadecimal digits have one form. */
  char wanted[256];
  int written = snprintf(wanted, sizeof wanted, "\"challenge\":\"%s\"", argv[1]);
  if (written < 0 || (size_t)written >= sizeof wanted || strstr(proof, wanted) == NULL) {
    puts("another challenge");
    return 1;
  }
  int32_t answer = host_verify_zk_proof(proof, (uint32_t)length);
  if (answer < 0) {
    fprintf(stderr, "check_proof: error %d\n", (int)answer);
    return 1;
  }
  puts(answer == 1 ? "holds" : "does not hold");
  return answer == 1 ? 0 : 1;
}
