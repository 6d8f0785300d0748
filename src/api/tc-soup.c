/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-soup.h"

TC_LATE_LIBRARY_DEFINE (TcSoup, tc_soup, TC_SOUP_SONAME, TC_SOUP_FUNCTIONS)
