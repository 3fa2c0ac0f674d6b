// Gives up, for good, everything that reading a file from memory does not need.
#pragma once
#include <cstdint>
#include <string>

namespace oprag::ingest {

// A sanitizer's run-time needs terabytes of addresses, threads and files: a reader built with one is not confined.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
inline constexpr bool sanitized = true;
#else
inline constexpr bool sanitized = false;
#endif

struct SandboxLimits {
  std::int64_t address_space_bytes = 1ll << 30;
  std::int64_t cpu_seconds = 60;
};

// Resource limits, no new privileges, Landlock where the kernel has it (no file at all), and a seccomp filter that
// kills the process for any call but those of memory, time and the three open descriptors. Returns what failed; empty
// when confined. Single-threaded callers only.
std::string confine(const SandboxLimits& limits);

}  // namespace oprag::ingest
