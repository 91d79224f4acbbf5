// A program ends between giving an output its name and saving that: the next one knows the output by its mark.
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

int main(void) {
  cloudconvert_api *api;
  cloudconvert_conversion *first, *second, *third;
  cloudconvert_next next;
  const char *saved;
  CHECK_INT(cloudconvert_api_new("https://api.example.com/v1", "KEY", &api), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_begin_follow(api, "https://api.example.com/process/x", NULL, 1, &first), CLOUDCONVERT_CODE_OK);

  CHECK_INT(cloudconvert_conversion_naming(first, "a.jpg", "1 2 3", &saved), CLOUDCONVERT_CODE_OK);
  CHECK(saved == NULL);  // nothing was kept that it could be added to
  CHECK_INT(cloudconvert_conversion_poll(first, 1000, &next), CLOUDCONVERT_CODE_OK);
  CHECK_INT(next.action, CLOUDCONVERT_ACTION_SEND);
  CHECK_INT(cloudconvert_conversion_checkpoint(first, &saved), CLOUDCONVERT_CODE_OK);
  CHECK(saved != NULL);
  CHECK_INT(cloudconvert_conversion_naming(first, "b.jpg", "4 5 6", &saved), CLOUDCONVERT_CODE_OK);

  second = restored(api, saved);
  CHECK(is_output(second, "a.jpg", "1 2 3") && is_output(second, "b.jpg", "4 5 6"));
  CHECK(!is_output(second, "a.jpg", "4 5 6") && !is_output(second, "c.jpg", "1 2 3"));
  CHECK(name_of(second, "a.jpg") == NULL);
  CHECK_INT(cloudconvert_conversion_named(second, "a.jpg", "a (1).jpg"), CLOUDCONVERT_CODE_OK);
  CHECK_TEXT(name_of(second, "a.jpg"), "a (1).jpg");
  CHECK(!is_output(second, "a.jpg", "1 2 3"));  // what has its name is looked for no longer
  CHECK_INT(cloudconvert_conversion_save(second, &saved), CLOUDCONVERT_CODE_OK);

  third = restored(api, saved);
  CHECK_TEXT(name_of(third, "a.jpg"), "a (1).jpg");
  CHECK(is_output(third, "b.jpg", "4 5 6"));
  CHECK_INT(cloudconvert_conversion_naming(third, NULL, "1", &saved), CLOUDCONVERT_CODE_NULL_POINTER);
  CHECK_INT(cloudconvert_conversion_free(first), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_free(second), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_conversion_free(third), CLOUDCONVERT_CODE_OK);
  CHECK_INT(cloudconvert_api_free(api), CLOUDCONVERT_CODE_OK);
  printf("outputs are known again\n");
  return EXIT_SUCCESS;
}
