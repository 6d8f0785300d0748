/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stddef.h>
#include <stdint.h>

/** tc_fuzz: what a target does with one input. tc-fuzz-main.c drives it: libFuzzer where it is there, else the files and random inputs. */
void tc_fuzz (const uint8_t *data, size_t size);
