/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tc-schema-describe.h"

G_BEGIN_DECLS

/*
 * What may be written at a place of a flow's text, and what stands there: from the same tables that check and evaluate it. The text need
 * not parse. Pure: any thread. Places are characters, as GtkTextBuffer counts them.
 */
typedef enum
{
  TC_PROPOSAL_KEY, TC_PROPOSAL_TYPE, TC_PROPOSAL_VALUE, TC_PROPOSAL_VARIABLE, TC_PROPOSAL_FUNCTION, TC_PROPOSAL_FILTER, TC_PROPOSAL_TEST,
  TC_PROPOSAL_TAG, TC_PROPOSAL_OPERATOR, TC_PROPOSAL_FILE,
} TcProposalKind;

typedef struct
{
  TcProposalKind kind;
  char          *label;     /* what is typed to find it */
  char          *text;      /* what replaces the range */
  unsigned       back;      /* where the caret goes: characters before the end of `text` */
  char          *detail;    /* one line about it, or NULL */
  char          *doc;       /* Markdown, or NULL */
} TcProposal;

/** TcCompletion: the proposals for one place, best first as far as the place tells. Immutable. */
typedef struct
{
  uint32_t   start, end;    /* characters that a proposal replaces */
  char      *typed;         /* those before the caret */
  GPtrArray *proposals;     /* TcProposal*, owned; empty: nothing to propose */
} TcCompletion;

/** TcCompleteHost: names that no table holds; all borrowed, NULL-ended or NULL. */
typedef struct
{
  const char *const *files;         /* paths of the namespace's files */
  const char *const *namespaces, *const *flows;
} TcCompleteHost;

TcCompletion *tc_complete            (const char *text, size_t length, uint32_t caret, const TcRegistry *types, const TcCompleteHost *host);
void          tc_completion_free     (TcCompletion *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcCompletion, tc_completion_free)
/** tc_completion_filter: the proposals that @typed fits, best first. Container of borrowed TcProposal*; caller unrefs it. */
GPtrArray    *tc_completion_filter   (const TcCompletion *self, const char *typed);

/** TcDescription: what stands at a place: a key, a type, or a name of an expression. */
typedef struct
{
  uint32_t start, end;      /* characters that it is about */
  char    *text;            /* Markdown, translated */
} TcDescription;
/** tc_describe_at: NULL: there is nothing to say. */
TcDescription *tc_describe_at        (const char *text, size_t length, uint32_t place, const TcRegistry *types);
void           tc_description_free   (TcDescription *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TcDescription, tc_description_free)

G_END_DECLS
