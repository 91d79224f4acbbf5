// Many conversions through one batch, with a network that answers at once: all end, and never more than allowed run.
#include <cloudconvert.h>

#include "check.h"

enum { JOBS = 5, LIMIT = 2 };

struct host {
  cloudconvert_conversion *conversions[JOBS];
  size_t out, most_out, done;
  uint64_t now;
};

// What the service would answer to this request, from its method and URL.
static const char *answer_to(const cloudconvert_request *request) {
  if (strstr(request->url, "/v1/process") != NULL) return "{\"id\": \"x\", \"url\": \"//api.example.com/process/x\"}";
  if (strcmp(request->method, "GET") == 0 && strstr(request->url, "/process/") != NULL) {
    return "{\"step\": \"finished\", \"output\": {\"filename\": \"a.jpg\", \"size\": 3, \"url\": \"//api.example.com/download/a\"}}";
  }
  if (strcmp(request->method, "POST") == 0) return "{\"step\": \"convert\"}";
  return "{}";
}

static void answer(struct host *host, cloudconvert_conversion *conversion, const cloudconvert_request *request) {
  const char *body = answer_to(request);
  cloudconvert_response response;
  cloudconvert_body_target target;
  memset(&response, 0, sizeof response);
  response.status = 200;
  CHECK_INT(cloudconvert_conversion_begun(conversion, host->now, request->id, &response, &target), CLOUDCONVERT_CODE_OK);
  if (target.in_file) {
    response.received = 3;
  } else {
    response.body = (const uint8_t *)body;
    response.body_size = strlen(body);
  }
  CHECK_INT(cloudconvert_conversion_answered(conversion, host->now, request->id, &response), CLOUDCONVERT_CODE_OK);
}

// Sends what is out only after the batch has nothing more to hand out, so that requests overlap.
static void drive(struct host *host, cloudconvert_batch *batch) {
  cloudconvert_batch_next sends[JOBS];
  for (;;) {
    cloudconvert_batch_next next;
    CHECK_INT(cloudconvert_batch_poll(batch, host->now, &next), CLOUDCONVERT_CODE_OK);
    if (next.action == CLOUDCONVERT_BATCH_ACTION_IDLE) return;
    if (next.action == CLOUDCONVERT_BATCH_ACTION_SEND) {
      CHECK(host->out < LIMIT && next.request != NULL);
      sends[host->out++] = next;
      host->most_out = host->out > host->most_out ? host->out : host->most_out;
    } else if (next.action == CLOUDCONVERT_BATCH_ACTION_DONE) {
      CHECK_INT(next.result->code, host->done == 0 ? CLOUDCONVERT_CODE_CANCELLED : CLOUDCONVERT_CODE_OK);
      if (host->done > 0) CHECK_TEXT(next.result->files[0].name, "a.jpg");
      host->done++;
    } else if (next.action == CLOUDCONVERT_BATCH_ACTION_SETTLE) {
      CHECK_INT(cloudconvert_conversion_settled(next.conversion, host->now, NULL), CLOUDCONVERT_CODE_OK);
    } else {
      CHECK_INT(next.action, CLOUDCONVERT_BATCH_ACTION_WAIT);
      if (host->out == 0) host->now = next.until;
      while (host->out > 0) {
        host->out--;
        answer(host, sends[host->out].conversion, sends[host->out].request);
      }
    }
  }
}

int main(void) {
  struct host host;
  cloudconvert_api *api;
  cloudconvert_batch *batch;
  memset(&host, 0, sizeof host);
  host.now = 1700000000000;
  CHECK_INT(cloudconvert_api_new("https://api.example.com/v1", "KEY", &api), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_batch_new(LIMIT, 7, &batch), CLOUDCONVERT_CODE_OK);
  for (size_t i = 0; i < JOBS; i++) {
    const char *job = "{\"input\": \"download\", \"url\": \"https://example.org/a.png\", \"to\": \"jpg\"}";
    CHECK_INT(cloudconvert_begin_convert(api, job, NULL, i, &host.conversions[i]), CLOUDCONVERT_CODE_OK);
    CHECK_INT(cloudconvert_batch_add(batch, host.conversions[i]), CLOUDCONVERT_CODE_OK);
  }
  CHECK_INT(cloudconvert_conversion_cancel(host.conversions[JOBS - 1], host.now), CLOUDCONVERT_CODE_OK);
  drive(&host, batch);
  CHECK_INT(host.done, JOBS);
  CHECK_INT(host.most_out, LIMIT);
  for (size_t i = 0; i < JOBS; i++) CHECK_INT(cloudconvert_conversion_free(host.conversions[i]), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_batch_free(batch), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
  return EXIT_SUCCESS;
}
