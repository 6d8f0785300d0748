/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "config.h"

#include "tc-conf.h"

#include "tc-sync.h"
#include "tc-util.h"
#include <string.h>

#define STEP_MS 15
#define STABLE_MS 200           /* nothing changed for so long after all is over: no trigger is on its way any more */
#define PAUSED_MS 4000          /* a pause that lasts so long is an end */
#define RESUME_WAIT_MS 5000
#define LEFTOVERS_US (8 * G_USEC_PER_SEC)     /* so long do task runs of an ended execution have for their own end */

static gboolean
wake (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
tc_conf_sleep (TcConfCase *self,
               guint       milliseconds)
{
  GMainContext *context = g_main_context_get_thread_default ();
  g_autoptr (GSource) timer = g_timeout_source_new (milliseconds);
  gboolean woken = FALSE;

  g_source_set_callback (timer, wake, &woken, NULL);
  g_source_attach (timer, context);
  while (!woken)
    g_main_context_iteration (context, TRUE);
}

static int
compare_starts (gconstpointer a,
                gconstpointer b)
{
  const TcHead *first = *(const TcHead *const *) a, *second = *(const TcHead *const *) b;
  int64_t one = first->history.items[0].at_us, two = second->history.items[0].at_us;

  return one < two ? -1 : one > two ? 1 : 0;
}

GPtrArray *
tc_conf_executions (TcConfCase *self)
{
  g_autoptr (TcValue) all = tc_value_map_of ("limit", tc_value_int (1000), NULL);
  GPtrArray *heads = tc_sync_find (self->engine, all, NULL), *ordered;

  ordered = g_ptr_array_new_with_free_func ((GDestroyNotify) tc_head_unref);
  for (guint i = heads != NULL ? heads->len : 0; i > 0; i--)
    g_ptr_array_add (ordered, tc_head_ref (heads->pdata[i - 1]));
  g_clear_pointer (&heads, g_ptr_array_unref);
  g_ptr_array_sort (ordered, compare_starts);
  return ordered;
}

typedef struct
{
  gboolean open, paused;
  guint    signature;         /* changes whenever a state does */
} Look;

static gboolean
is_loose (TcState state)
{
  return state == TC_STATE_PAUSED || state == TC_STATE_BREAKPOINT;
}

/* A parent that waits for a paused child is no more at work than the child. */
static gboolean
is_waiting_parent (GPtrArray    *heads,
                   const TcHead *head)
{
  for (guint i = 0; i < heads->len; i++)
    {
      const TcHead *child = heads->pdata[i];
      const char *parent = child->trigger != NULL ? tc_value_get_str (tc_value_get (child->trigger, "variables"), "executionId") : NULL;

      if (g_strcmp0 (parent, head->id) == 0 && is_loose (tc_head_state (child)))
        return TRUE;
    }
  return FALSE;
}

static void
look_at (TcConfCase   *self,
         GPtrArray    *heads,
         const TcHead *head,
         Look         *look)
{
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (TcHead) now = tc_sync_execution (self->engine, head->id, &runs, NULL);
  gboolean open_runs = FALSE;
  TcState state;

  if (now == NULL)
    return;
  state = tc_head_state (now);
  look->signature = look->signature * 31 + g_str_hash (now->id) + (guint) now->history.n + runs->len * 100;
  for (guint i = 0; i < runs->len; i++)
    {
      TcState of_run = tc_task_run_state (runs->pdata[i]);

      look->signature += (guint) ((TcTaskRun *) runs->pdata[i])->history.n;
      open_runs |= of_run == TC_STATE_RUNNING || of_run == TC_STATE_SUBMITTED || of_run == TC_STATE_CREATED;
    }
  if (is_loose (state))
    look->paused = TRUE;
  else if (!tc_state_is_terminated (state))
    look->open |= state != TC_STATE_QUEUED && !is_waiting_parent (heads, now);
  else
    look->open |= open_runs && state != TC_STATE_RETRIED
                  && tc_clock_now_us (tc_clock_system ()) - now->history.items[now->history.n - 1].at_us < LEFTOVERS_US;
}

static Look
take_look (TcConfCase *self,
           gboolean    one)
{
  g_autoptr (GPtrArray) heads = tc_conf_executions (self);
  Look look = { FALSE, FALSE, heads->len };

  for (guint i = 0; i < heads->len; i++)
    if (!one || strcmp (((TcHead *) heads->pdata[i])->id, self->id) == 0)
      look_at (self, heads, heads->pdata[i], &look);
  /* What is queued waits for a paused one, or will be taken at once. */
  for (guint i = 0; i < heads->len && !look.paused && !one; i++)
    look.open |= tc_head_state (heads->pdata[i]) == TC_STATE_QUEUED;
  return look;
}

gboolean
tc_conf_settle (TcConfCase *self,
                gboolean    one)
{
  gint64 stable_since = g_get_monotonic_time ();
  guint last = 0;

  while (g_get_monotonic_time () < self->deadline)
    {
      Look look = take_look (self, one);

      if (look.signature != last)
        {
          last = look.signature;
          stable_since = g_get_monotonic_time ();
        }
      if (!look.open && g_get_monotonic_time () - stable_since > (look.paused ? PAUSED_MS : STABLE_MS) * 1000)
        return TRUE;
      /* Until a signal says that something changed there is nothing to look for, only time to pass. */
      self->dirty = FALSE;
      for (int i = 0; i < 4 && !self->dirty; i++)
        tc_conf_sleep (self, STEP_MS);
    }
  return FALSE;
}

/* "task", "task[value]": the newest run of it. */
static TcTaskRun *
find_run (GPtrArray  *runs,
          const char *reference)
{
  const char *bracket = strchr (reference, '[');
  g_autofree char *task = bracket != NULL ? g_strndup (reference, (gsize) (bracket - reference)) : g_strdup (reference);
  g_autofree char *value = bracket != NULL ? g_strndup (bracket + 1, strlen (bracket) - 2) : NULL;

  for (guint i = runs->len; i > 0; i--)
    {
      TcTaskRun *run = runs->pdata[i - 1];

      if (strcmp (run->task_id, task) == 0 && (value == NULL || g_strcmp0 (run->value, value) == 0))
        return run;
    }
  return NULL;
}

static gboolean
set_vain (GError    **error,
          const char *what)
{
  g_set_error (error, TC_ENGINE_ERROR, TC_ENGINE_ERROR_REFUSED, "waited in vain for %s", what);
  return FALSE;
}

static gboolean
is_in_state (TcConfCase *self,
             const char *who,
             TcState     state)
{
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (TcHead) head = tc_sync_execution (self->engine, self->id, &runs, NULL);
  const TcTaskRun *run;

  if (head == NULL)
    return FALSE;
  if (strcmp (who, "execution") == 0)
    return tc_head_state (head) == state;
  run = find_run (runs, who);
  return run != NULL && tc_task_run_state (run) == state;
}

static gboolean
act_wait (TcConfCase  *self,
          const char  *what,
          GError     **error)
{
  const char *equals = strrchr (what, '=');
  g_autofree char *who = equals != NULL ? g_strndup (what, (gsize) (equals - what)) : NULL;
  TcState state;

  if (who == NULL || !tc_state_parse (equals + 1, &state))
    return set_vain (error, what);
  while (g_get_monotonic_time () < self->deadline)
    {
      if (is_in_state (self, who, state))
        return TRUE;
      tc_conf_sleep (self, STEP_MS);
    }
  return set_vain (error, what);
}

/* The execution of a flow that was made last; it may still be on its way. */
static char *
newest_of (TcConfCase *self,
           const char *flow_id)
{
  for (int tries = 0; tries < 400; tries++)
    {
      g_autoptr (GPtrArray) heads = tc_conf_executions (self);

      for (guint i = heads->len; i > 0; i--)
        if (strcmp (((TcHead *) heads->pdata[i - 1])->flow_id, flow_id) == 0)
          return g_strdup (((TcHead *) heads->pdata[i - 1])->id);
      tc_conf_sleep (self, 25);
    }
  return NULL;
}

static char *
nth_of (TcConfCase *self,
        int64_t     n)
{
  for (int tries = 0; tries < 400; tries++)
    {
      g_autoptr (GPtrArray) heads = tc_conf_executions (self);

      if (n >= 0 && n < heads->len)
        return g_strdup (((TcHead *) heads->pdata[n])->id);
      tc_conf_sleep (self, 25);
    }
  return NULL;
}

static gboolean
follow (TcConfCase  *self,
        char        *id,
        const char  *what,
        GError     **error)
{
  if (id == NULL)
    return set_vain (error, what);
  g_free (self->id);
  self->id = id;
  return TRUE;
}

static gboolean
command (TcConfCase  *self,
         const char  *id,
         const char  *name,
         TcValue     *args,
         GError     **error)
{
  g_autoptr (TcValue) owned G_GNUC_UNUSED = args;
  g_autoptr (TcValue) answer = tc_sync_command (self->engine, id, name, args, error);

  return answer != NULL;
}

static gboolean
act_resume (TcConfCase     *self,
            const TcValue  *step,
            const TcValue  *given,
            GError        **error)
{
  const char *flow_id = tc_value_get_str (step, "of");
  g_autofree char *who = flow_id != NULL ? newest_of (self, flow_id) : g_strdup (self->id);
  gint64 end = MIN (self->deadline, g_get_monotonic_time () + RESUME_WAIT_MS * 1000);
  TcMapBuilder *args;

  if (who == NULL)
    return set_vain (error, flow_id);
  for (;;)
    {
      g_autoptr (TcHead) head = tc_sync_execution (self->engine, who, NULL, NULL);

      if ((head != NULL && tc_head_state (head) == TC_STATE_PAUSED) || g_get_monotonic_time () > end)
        break;
      tc_conf_sleep (self, STEP_MS);
    }
  tc_conf_sleep (self, 100);
  args = tc_map_builder_new ();
  if (tc_value_is (given, TC_VALUE_MAP))
    tc_map_builder_take (args, "inputs", tc_conf_inputs (self, given));
  return command (self, who, "resume", tc_map_builder_end (args), error);
}

static gboolean
act_replay (TcConfCase     *self,
            const TcValue  *step,
            const TcValue  *from,
            GError        **error)
{
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (TcHead) head = NULL;
  TcMapBuilder *args = tc_map_builder_new ();
  g_autoptr (TcValue) answer = NULL, built = NULL;
  const char *id;

  tc_conf_settle (self, TRUE);
  head = tc_sync_execution (self->engine, self->id, &runs, error);
  if (head != NULL && tc_value_is (from, TC_VALUE_STRING) && find_run (runs, tc_value_get_text (from)) != NULL)
    tc_map_builder_str (args, "taskRunId", find_run (runs, tc_value_get_text (from))->id);
  if (tc_value_get (step, "inputs") != NULL)
    tc_map_builder_take (args, "inputs", tc_conf_inputs (self, tc_value_get (step, "inputs")));
  built = tc_map_builder_end (args);
  answer = head != NULL ? tc_sync_command (self->engine, self->id, "replay", built, error) : NULL;
  id = answer != NULL ? tc_value_get_str (answer, "id") : NULL;
  return answer != NULL && follow (self, g_strdup (id), "the replay", error);
}

static gboolean
act_change_state (TcConfCase     *self,
                  const TcValue  *what,
                  GError        **error)
{
  g_autoptr (GPtrArray) runs = NULL;
  g_autoptr (TcHead) head = NULL;
  const TcTaskRun *run;

  tc_conf_settle (self, TRUE);
  head = tc_sync_execution (self->engine, self->id, &runs, error);
  if (head == NULL)
    return FALSE;
  run = find_run (runs, tc_value_get_text (tc_value_item (what, 0)));
  if (run == NULL)
    return set_vain (error, tc_value_get_text (tc_value_item (what, 0)));
  return command (self, self->id, "change-state",
                  tc_value_map_of ("taskRunId", tc_value_string (run->id), "state", tc_value_ref (tc_value_item (what, 1)), NULL), error);
}

static gboolean
act_start (TcConfCase     *self,
           const TcValue  *inputs,
           GError        **error)
{
  const TcValue *given = tc_value_is (inputs, TC_VALUE_MAP) ? inputs : tc_value_get (self->spec, "inputs");
  g_autofree char *id = tc_conf_launch (self, self->namespace, self->flow_id, given, tc_value_get (self->spec, "labels"), NULL, error);

  tc_conf_sleep (self, 50);
  return id != NULL;
}

static gboolean
act_start_flow (TcConfCase     *self,
                const TcValue  *step,
                const char     *what,
                GError        **error)
{
  g_auto (GStrv) parts = g_strsplit (what, "/", 2);
  g_autofree char *id = NULL;

  if (parts[0] != NULL && parts[1] != NULL)
    id = tc_conf_launch (self, parts[0], parts[1], tc_value_get (step, "inputs"), NULL, NULL, error);
  tc_conf_settle (self, FALSE);
  return id != NULL;
}

static gboolean
act_resume_from_breakpoint (TcConfCase     *self,
                            const TcValue  *next,
                            GError        **error)
{
  while (g_get_monotonic_time () < self->deadline && !is_in_state (self, "execution", TC_STATE_BREAKPOINT))
    tc_conf_sleep (self, STEP_MS);
  return command (self, self->id, "resume-breakpoint",
                  tc_value_is (next, TC_VALUE_LIST) ? tc_value_map_of ("breakpoints", tc_value_ref (next), NULL) : tc_value_map_of (NULL, NULL),
                  error);
}

static gboolean
act_force_run (TcConfCase     *self,
               const TcValue  *step,
               GError        **error)
{
  if (tc_value_get (step, "of") != NULL && !follow (self, nth_of (self, tc_value_get_i64 (step, "of", 0)), "forceRun", error))
    return FALSE;
  return command (self, self->id, "force-run", tc_value_map_of (NULL, NULL), error);
}

gboolean
tc_conf_act (TcConfCase     *self,
             const TcValue  *step,
             GError        **error)
{
  const char *name = tc_value_key (step, 0);
  const TcValue *what = tc_value_item (step, 0);
  const char *text = tc_value_is (what, TC_VALUE_STRING) ? tc_value_get_text (what) : "";

  if (strcmp (name, "sleep_ms") == 0)
    tc_conf_sleep (self, (guint) tc_value_get_int (what));
  else if (strcmp (name, "wait") == 0)
    return act_wait (self, text, error);
  else if (strcmp (name, "settle") == 0)
    tc_conf_settle (self, FALSE);
  else if (strcmp (name, "start") == 0)
    return act_start (self, what, error);
  else if (strcmp (name, "startFlow") == 0)
    return act_start_flow (self, step, text, error);
  else if (strcmp (name, "kill") == 0)
    return command (self, self->id, "kill", tc_value_map_of ("cascade", tc_value_bool (strcmp (text, "nocascade") != 0), NULL), error);
  else if (strcmp (name, "pause") == 0)
    return command (self, self->id, "pause", tc_value_map_of (NULL, NULL), error);
  else if (strcmp (name, "resume") == 0)
    return act_resume (self, step, what, error);
  else if (strcmp (name, "restart") == 0)
    return tc_conf_settle (self, TRUE), command (self, self->id, "restart", tc_value_map_of (NULL, NULL), error);
  else if (strcmp (name, "replay") == 0)
    return act_replay (self, step, what, error);
  else if (strcmp (name, "changeState") == 0)
    return act_change_state (self, what, error);
  else if (strcmp (name, "forceRun") == 0)
    return act_force_run (self, step, error);
  else if (strcmp (name, "follow") == 0)
    return follow (self, *text != '\0' ? newest_of (self, text) : nth_of (self, tc_value_get_int (what)), "follow", error);
  else if (strcmp (name, "resumeFromBreakpoint") == 0)
    return act_resume_from_breakpoint (self, what, error);
  else
    return set_vain (error, name);
  return TRUE;
}
