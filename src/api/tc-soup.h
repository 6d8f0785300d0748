/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-late-library.h"
#include <libsoup/soup.h>

G_BEGIN_DECLS

/** TcSoup: the functions of libsoup and what it brings, loaded at their first use. */
#define TC_SOUP_FUNCTIONS(F) \
  F (soup, headers_parse) F (soup, message_body_flatten) F (soup, message_body_set_accumulate) \
  F (soup, message_body_truncate) F (soup, message_headers_foreach) \
  F (soup, message_headers_get_content_disposition) \
  F (soup, message_headers_get_content_length) F (soup, message_headers_get_content_type) \
  F (soup, message_headers_get_one) F (soup, message_headers_new) F (soup, message_headers_unref) \
  F (soup, server_add_handler) \
  F (soup, server_disconnect) F (soup, server_listen_socket) F (soup, server_message_get_local_address) \
  F (soup, server_message_get_method) \
  F (soup, server_message_get_request_body) F (soup, server_message_get_request_headers) \
  F (soup, server_message_get_uri) F (soup, server_message_pause) \
  F (soup, server_message_set_response) F (soup, server_message_set_status) \
  F (soup, server_message_unpause) F (soup, server_new)

typedef struct
{
  TC_SOUP_FUNCTIONS (TC_LATE_MEMBER)
} TcSoup;

/** tc_soup: any thread; blocks while it loads the library; NULL and @error if that is not there. */
const TcSoup *tc_soup (GError **error);

G_END_DECLS
