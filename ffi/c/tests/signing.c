// Webhooks and URLs that a secret signs: believed only with the right signature.
#include <string.h>

#include <cloudconvert.h>

#include "check.h"

#define BODY "{\"event\":\"job.finished\",\"job\":{\"id\":\"7\",\"status\":\"finished\"}}"
#define SIGNATURE "f978a7b70c7afd832b22f6ffd210a545ac34984646fb2da1f6908dcafb4f8fcb"
#define JOB "{\"tasks\":{\"a\":{\"operation\":\"export/url\",\"input\":[]}}}"
#define BASE "https://s.example.com/b3d85428"

static cloudconvert_code verify(const char *body, const char *signature, const char *secret) {
  return cloudconvert_verify_webhook((const uint8_t *)body, strlen(body), signature, secret);
}

static void webhooks(void) {
  CHECK(verify(BODY, SIGNATURE, "secret") == CLOUDCONVERT_CODE_OK);
  CHECK(verify(BODY, SIGNATURE, "other") == CLOUDCONVERT_CODE_UNAUTHORIZED);
  CHECK(verify(BODY " ", SIGNATURE, "secret") == CLOUDCONVERT_CODE_UNAUTHORIZED);
  CHECK(verify(BODY, "", "secret") == CLOUDCONVERT_CODE_UNAUTHORIZED);
  CHECK(verify(BODY, NULL, "secret") == CLOUDCONVERT_CODE_UNAUTHORIZED);
  CHECK(verify(BODY, SIGNATURE, "") == CLOUDCONVERT_CODE_BAD_REQUEST);
  CHECK(verify(BODY, SIGNATURE, NULL) == CLOUDCONVERT_CODE_NULL_POINTER);
  CHECK(cloudconvert_verify_webhook(NULL, 3, SIGNATURE, "secret") == CLOUDCONVERT_CODE_NULL_POINTER);
  CHECK(cloudconvert_verify_webhook(NULL, 0, SIGNATURE, "secret") == CLOUDCONVERT_CODE_UNAUTHORIZED);
}

static void urls(void) {
  char url[512], job[512];
  CHECK(cloudconvert_sign_url(BASE, "secret", JOB, "key_1", url, sizeof url) == CLOUDCONVERT_CODE_OK);
  CHECK(strncmp(url, BASE "?job=", strlen(BASE "?job=")) == 0);
  CHECK(strstr(url, "&cache_key=key_1&s=") != NULL);
  CHECK(cloudconvert_verify_url(url, "secret", job, sizeof job) == CLOUDCONVERT_CODE_OK);
  CHECK(strcmp(job, JOB) == 0);
  CHECK(cloudconvert_verify_url(url, "other", job, sizeof job) == CLOUDCONVERT_CODE_UNAUTHORIZED);
  CHECK(cloudconvert_verify_url(url, "secret", job, strlen(JOB)) == CLOUDCONVERT_CODE_OUT_OF_RANGE);
  CHECK(cloudconvert_verify_url(url, "secret", job, strlen(JOB) + 1) == CLOUDCONVERT_CODE_OK);
  CHECK(cloudconvert_sign_url(BASE, "secret", JOB, NULL, url, 10) == CLOUDCONVERT_CODE_OUT_OF_RANGE);
  CHECK(cloudconvert_sign_url(BASE, "secret", "{}", NULL, url, sizeof url) == CLOUDCONVERT_CODE_BAD_REQUEST);
  CHECK(cloudconvert_sign_url(BASE, "secret", JOB, "a b", url, sizeof url) == CLOUDCONVERT_CODE_BAD_REQUEST);
  CHECK(cloudconvert_sign_url("here", "secret", JOB, NULL, url, sizeof url) == CLOUDCONVERT_CODE_BAD_REQUEST);
}

int main(void) {
  webhooks();
  urls();
  return 0;
}
