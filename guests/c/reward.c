/* A C guest that credits: reward DID MANA credits a member out of the scope's treasury. It needs the grant `treasury`,
 * and the scope must have made the job's submitter a delegate of the treasury. The mana moves when the job settles. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "icn.h"

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: reward DID MANA\n");
    return 2;
  }
  int32_t answer = host_account_credit_mana(argv[1], (uint32_t)strlen(argv[1]), strtoll(argv[2], NULL, 10));
  if (answer < 0) {
    fprintf(stderr, "reward: error %d\n", (int)answer);
    return 1;
  }
  return 0;
}
