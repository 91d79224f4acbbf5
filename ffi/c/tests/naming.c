// Outputs get their names together. A program ends between giving one its name and saving that: the next one knows it by its mark.
#define _POSIX_C_SOURCE 200809L
#include <cloudconvert.h>

#include "check.h"

static cloudconvert_conversion *restored(cloudconvert_api *api, const char *saved) {
  cloudconvert_conversion *conversion;
  CHECK_INT(cloudconvert_conversion_restore(api, saved, &conversion), CLOUDCONVERT_CODE_OK);
  return conversion;
}

static bool is_output(cloudconvert_conversion *conversion, const char *output, const char *mark) {
  bool is = false;
  CHECK_INT(cloudconvert_conversion_is_output(conversion, output, mark, &is), CLOUDCONVERT_CODE_OK);
  return is;
}

static const char *name_of(cloudconvert_conversion *conversion, const char *output) {
  const char *name;
  CHECK_INT(cloudconvert_conversion_name(conversion, output, &name), CLOUDCONVERT_CODE_OK);
  return name;
}

static const char STATUS[] =
    "{\"id\": \"x\", \"step\": \"finished\", \"output\": {\"url\": \"https://api.example.com/download/x\", \"filename\": \"x.zip\","
    " \"files\": [\"a.jpg\", \"b.jpg\"]}}";

// Answers what is asked until the outputs are to get their names; gives what was to be kept last.
static char *load(cloudconvert_conversion *conversion) {
  char *kept = NULL;
  for (;;) {
    cloudconvert_next next;
    cloudconvert_response response;
    CHECK_INT(cloudconvert_conversion_poll(conversion, 1000, &next), CLOUDCONVERT_CODE_OK);
    if (next.action == CLOUDCONVERT_ACTION_SETTLE) return kept;
    CHECK_INT(next.action, CLOUDCONVERT_ACTION_SEND);
    CHECK_TEXT(next.request->method, "GET");  // nothing is deleted before
    if (next.request->checkpoint != NULL) free(kept), kept = strdup(next.request->checkpoint);
    memset(&response, 0, sizeof response);
    response.status = 200;
    response.received = next.request->sink_name == NULL ? 0 : 3;
    response.body = (const uint8_t *)STATUS;
    response.body_size = next.request->sink_name == NULL ? strlen(STATUS) : 0;
    CHECK_INT(cloudconvert_conversion_answered(conversion, 1000, next.request->id, &response), CLOUDCONVERT_CODE_OK);
  }
}

static cloudconvert_conversion *following(cloudconvert_api *api) {
  cloudconvert_conversion *conversion;
  const char *url = "https://api.example.com/process/x";
  CHECK_INT(cloudconvert_begin_follow(api, url, "{\"download\": \"each\"}", 1, &conversion), CLOUDCONVERT_CODE_OK);
  return conversion;
}

// What one program named, another one knows again.
static void known_again(cloudconvert_api *api) {
  cloudconvert_conversion *first = following(api), *second, *third;
  cloudconvert_next next;
  const char *saved;
  CHECK_INT(cloudconvert_conversion_naming(first, "a.jpg", "0", &saved), CLOUDCONVERT_CODE_OK);
  CHECK(saved == NULL);  // nobody keeps states
  CHECK_INT(cloudconvert_conversion_keep_states(first, false), CLOUDCONVERT_CODE_OK);
  char *kept = load(first);
  CHECK(kept != NULL);
  CHECK_INT(cloudconvert_conversion_naming(first, "a.jpg", "1 2 3", &saved), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_naming(first, "b.jpg", "4 5 6", &saved), CLOUDCONVERT_CODE_OK);

  second = restored(api, saved);
  CHECK(is_output(second, "a.jpg", "1 2 3") && is_output(second, "b.jpg", "4 5 6"));
  CHECK(!is_output(second, "a.jpg", "4 5 6") && !is_output(second, "c.jpg", "1 2 3"));
  CHECK(name_of(second, "a.jpg") == NULL);
  CHECK_INT(cloudconvert_conversion_keep_states(second, false), CLOUDCONVERT_CODE_OK);
  free(kept);
  free(load(second));
  CHECK_INT(cloudconvert_conversion_named(second, 1000, "a.jpg", "a (1).jpg"), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_named(second, 1000, "b.jpg", "b.jpg"), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_settled(second, 1000, NULL), CLOUDCONVERT_CODE_OK);
  CHECK_TEXT(name_of(second, "a.jpg"), "a (1).jpg");
  CHECK(!is_output(second, "a.jpg", "1 2 3"));  // what has its name is looked for no longer
  CHECK_INT(cloudconvert_conversion_poll(second, 1000, &next), CLOUDCONVERT_CODE_OK);
  CHECK_TEXT(next.request->method, "DELETE");

  third = restored(api, next.request->checkpoint);
  CHECK_TEXT(name_of(third, "a.jpg"), "a (1).jpg");
  CHECK_INT(cloudconvert_conversion_naming(third, NULL, "1", &saved), CLOUDCONVERT_CODE_NULL_POINTER);
  CHECK_INT(cloudconvert_conversion_free(first), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_free(second), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_free(third), CLOUDCONVERT_CODE_OK);
}

// What gets no name stays on the service, and the error says which have names.
static void not_named(cloudconvert_api *api) {
  cloudconvert_conversion *conversion = following(api);
  cloudconvert_next next;
  load(conversion);
  CHECK_INT(cloudconvert_conversion_named(conversion, 1000, "a.jpg", "a.jpg"), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_settled(conversion, 1000, "the disk is full"), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_settled(conversion, 1000, NULL), CLOUDCONVERT_CODE_WRONG_ORDER);
  CHECK_INT(cloudconvert_conversion_poll(conversion, 1000, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(next.action, CLOUDCONVERT_ACTION_DONE);
  CHECK_INT(next.result->code, CLOUDCONVERT_CODE_OUTPUT);
  CHECK_TEXT(next.result->process_id, "x");
  CHECK(strstr(next.result->message, "the disk is full; written: `a.jpg`; not written: `b.jpg`; the service still has") != NULL);
  CHECK_INT(cloudconvert_conversion_free(conversion), CLOUDCONVERT_CODE_OK);
}

int main(void) {
  cloudconvert_api *api;
  CHECK_INT(cloudconvert_api_new("https://api.example.com/v1", "KEY", &api), CLOUDCONVERT_CODE_OK);
  known_again(api);
  not_named(api);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
  printf("outputs get their names together, and are known again\n");
  return EXIT_SUCCESS;
}
