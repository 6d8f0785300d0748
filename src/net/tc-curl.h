/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-late-library.h"
#include <curl/curl.h>

G_BEGIN_DECLS

/** TcCurl: the functions of libcurl and the thirty libraries that it brings, loaded at their first use. */
#define TC_CURL_FUNCTIONS(F) \
  F (curl, easy_cleanup) F (curl, easy_getinfo) F (curl, easy_header) F (curl, easy_init) \
  F (curl, easy_nextheader) F (curl, easy_pause) F (curl, easy_setopt) F (curl, easy_strerror) \
  F (curl, global_init) F (curl, multi_add_handle) F (curl, multi_cleanup) \
  F (curl, multi_info_read) F (curl, multi_init) F (curl, multi_remove_handle) \
  F (curl, multi_setopt) F (curl, multi_socket_action) F (curl, slist_append) \
  F (curl, slist_free_all)

typedef struct
{
  TC_CURL_FUNCTIONS (TC_LATE_MEMBER)
} TcCurl;

/** tc_curl: any thread; blocks while it loads the library; NULL and @error if that is not there. */
const TcCurl *tc_curl (GError **error);

G_END_DECLS
