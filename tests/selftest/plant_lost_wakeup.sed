# A wake-up is lost: the loop takes what is queued first, and only then, when somebody else
# may have come, says that it has looked.
#
# In core/os/host_queue.c
# Found by test_calls, release: were never answered
# Found by test_calls, tsan: were never answered
/^void sup__host_deliver/,/^}/ {
    /woken = false/d
    s/^    struct taken taken = take(host);/&\
    sup__host_unlock(host);\
    sup__host_lock(host);\
    host->woken = false;/
}
