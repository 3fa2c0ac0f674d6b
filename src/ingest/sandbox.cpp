#include "ingest/sandbox.hpp"

#include <linux/landlock.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <memory>

namespace oprag::ingest {
namespace {

bool limit(__rlimit_resource what, std::int64_t value) {
  const rlimit both{static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
  return setrlimit(what, &both) == 0;
}

// A ruleset that handles every right and grants none. Kernels without Landlock rely on the filter below.
bool forbid_files() {
  landlock_ruleset_attr rights{};
  rights.handled_access_fs = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1) - 1;
  const auto ruleset = static_cast<int>(syscall(SYS_landlock_create_ruleset, &rights, sizeof rights, 0));
  if (ruleset < 0) return errno == ENOSYS || errno == EOPNOTSUPP;
  const bool done = syscall(SYS_landlock_restrict_self, ruleset, 0) == 0;
  close(ruleset);
  return done;
}

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};

bool filter_calls() {
  const std::unique_ptr<void, Release> filter(seccomp_init(SCMP_ACT_KILL_PROCESS));
  if (!filter) return false;
  // sysinfo: the C library's qsort asks for the memory's size.
  for (const int call :
       {SCMP_SYS(read),           SCMP_SYS(write),         SCMP_SYS(brk),         SCMP_SYS(mmap),
        SCMP_SYS(munmap),         SCMP_SYS(mremap),        SCMP_SYS(madvise),     SCMP_SYS(mprotect),
        SCMP_SYS(futex),          SCMP_SYS(exit),          SCMP_SYS(exit_group),  SCMP_SYS(rt_sigreturn),
        SCMP_SYS(rt_sigprocmask), SCMP_SYS(clock_gettime), SCMP_SYS(getrandom),   SCMP_SYS(fstat),
        SCMP_SYS(newfstatat),     SCMP_SYS(lseek),         SCMP_SYS(gettid),      SCMP_SYS(getpid),
        SCMP_SYS(tgkill),         SCMP_SYS(rt_sigaction),  SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
        SCMP_SYS(close),          SCMP_SYS(writev),        SCMP_SYS(sysinfo)}) {
    if (seccomp_rule_add(filter.get(), SCMP_ACT_ALLOW, call, 0) != 0) return false;
  }
  // Libraries look for fonts, tables and locales; they are told that there are none.
  for (const int call : {SCMP_SYS(openat), SCMP_SYS(open), SCMP_SYS(access), SCMP_SYS(readlink), SCMP_SYS(stat),
                         SCMP_SYS(statx), SCMP_SYS(getcwd), SCMP_SYS(getdents64)}) {
    if (seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(ENOENT), call, 0) != 0) return false;
  }
  // What libraries ask about their process is not answered, but no reason to end it.
  for (const int call : {SCMP_SYS(ioctl), SCMP_SYS(fcntl), SCMP_SYS(prlimit64), SCMP_SYS(getrlimit), SCMP_SYS(uname),
                         SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid)}) {
    if (seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0) != 0) return false;
  }
  return seccomp_load(filter.get()) == 0;
}

}  // namespace

std::string confine(const SandboxLimits& limits) {
  if constexpr (sanitized) return {};
  if (!limit(RLIMIT_AS, limits.address_space_bytes) || !limit(RLIMIT_CPU, limits.cpu_seconds) ||
      !limit(RLIMIT_CORE, 0) || !limit(RLIMIT_NPROC, 0) || !limit(RLIMIT_FSIZE, 0) || !limit(RLIMIT_NOFILE, 8)) {
    return "resource limits";
  }
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return "no new privileges";
  if (!forbid_files()) return "Landlock";
  if (!filter_calls()) return "seccomp";
  return {};
}

}  // namespace oprag::ingest
