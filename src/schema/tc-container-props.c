/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-container-props.h"

#include <glib/gi18n-lib.h>

const char *const tc_container_pull_policies[] = { "ALWAYS", "IF_NOT_PRESENT", "NEVER", NULL };

#define NESTED(name_, kind_, doc_) { name_, kind_, TC_PROP_DYNAMIC, 0, NULL, NULL, doc_ }
#define NESTED_SECRET(name_, doc_) { name_, TC_KIND_STRING, TC_PROP_DYNAMIC | TC_PROP_SECRET, 0, NULL, NULL, doc_ }

const TcProp tc_container_credentials[] = {
  NESTED ("registry", TC_KIND_STRING, N_("Registry that they are for. Default: the image's.")),
  NESTED ("username", TC_KIND_STRING, N_("Name of the account.")),
  NESTED_SECRET ("password", N_("Its password.")),
  NESTED_SECRET ("registryToken", N_("Token of the registry, instead of name and password.")),
  NESTED_SECRET ("identityToken", N_("Identity token, instead of name and password.")),
  NESTED_SECRET ("auth", N_("`user:password` in base64.")),
  { 0 }
};
const TcProp tc_container_cpu[] = {
  NESTED ("cpus", TC_KIND_DOUBLE, N_("How many processors' worth of time it may use, for example 1.5.")),
  { 0 }
};
const TcProp tc_container_memory[] = {
  NESTED ("memory", TC_KIND_STRING, N_("Most memory it may use, for example 512MB. Beyond it the kernel ends the program.")),
  NESTED ("memorySwap", TC_KIND_STRING, N_("Most memory and swap together; -1: no limit.")),
  NESTED ("memorySwappiness", TC_KIND_STRING, N_("How willingly the kernel swaps it out, 0 to 100.")),
  NESTED ("memoryReservation", TC_KIND_STRING, N_("Soft limit, kept when memory is short.")),
  NESTED ("kernelMemory", TC_KIND_STRING, N_("Limit on kernel memory. Newer engines do not know it any more.")),
  NESTED ("oomKillDisable", TC_KIND_BOOL, N_("Let the program wait instead of ending it at the limit.")),
  { 0 }
};
