/* A C guest that governs: decide NAME VALUE proposes the change of a parameter, votes for it, closes the vote and
 * executes it, in the name of the job's submitter. It needs the grant `govern`. What it asks for happens when the job
 * settles; where other members vote too, the vote stays open for them. */
#include <stdio.h>
#include <string.h>

#include "icn.h"

#define TEXT_MAX 512

static char text[TEXT_MAX];
static char id[128];

static int failed(const char *what, long long answer) {
  if (answer >= 0) return 0;
  fprintf(stderr, "decide: %s: error %lld\n", what, answer);
  return 1;
}

int main(int argc, char **argv) {
  if (argc != 3) {
    fprintf(stderr, "usage: decide NAME VALUE\n");
    return 2;
  }
  int length = snprintf(text, sizeof text,
                        "{\"proposal_type_str\":\"system_parameter_change\","
                        "\"type_specific_payload\":\"[\\\"%s\\\",\\\"%s\\\"]\","
                        "\"description\":\"%s = %s\",\"duration_secs\":60}",
                        argv[1], argv[2], argv[1], argv[2]);
  if (length < 0 || length >= TEXT_MAX) return 2;
  int64_t made = host_create_governance_proposal(text, (uint32_t)length);
  if (failed("propose", made)) return 1;
  int32_t id_length = host_read_result(0, (uint8_t *)id, sizeof id - 1);
  if (failed("read the id", id_length)) return 1;
  length = snprintf(text, sizeof text, "{\"proposal_id_str\":\"%s\",\"vote_option_str\":\"yes\"}", id);
  if (failed("open", host_open_governance_voting(id, (uint32_t)id_length)) ||
      failed("vote", host_cast_governance_vote(text, (uint32_t)length)) ||
      failed("close", host_close_governance_proposal_voting(id, (uint32_t)id_length)) ||
      failed("execute", host_execute_governance_proposal(id, (uint32_t)id_length)))
    return 1;
  puts(id);
  return 0;
}
