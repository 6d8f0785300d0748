/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-curl.h"

TC_LATE_LIBRARY_DEFINE (TcCurl, tc_curl, TC_CURL_SONAME, TC_CURL_FUNCTIONS)
