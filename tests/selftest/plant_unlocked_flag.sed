# The flag of a task's cancellation is read without its lock.
#
# In core/os/threads_task.c
# Found by test_pool, tsan: data race
# Found by test_pool, helgrind: Possible data race
# Found by test_pool, drd: Conflicting
/^static bool op_cancelled/,/^}/ {
    /_lock(worker);/d
    /_unlock(worker);/d
}
